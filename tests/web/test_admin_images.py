"""An admin sends an archive; doctors find its pictures in their queue."""

from werkzeug.test import Client, TestResponse

from tests.pictures import encode
from tests.services.test_gathering import busy, packed
from tests.web.doctors import Doctor
from tests.web.sites import assert_problem


def test_an_archive_reaches_the_doctors_queue(anywhere: Client) -> None:
    client = anywhere
    admin, ada = Doctor(client, "admin"), Doctor(client, "ada")
    archive = packed(a__jpg=encode(busy(1)), b__jpg=b"no")

    def send(doctor: Doctor, kind: str = "application/zip", **query: str) -> TestResponse:
        return client.post(
            "/api/admin/images", data=archive, content_type=kind, query_string=query, headers=doctor.headers
        )

    said = {"source": "clinic", "consented": "true"}
    response = send(admin, **said)
    assert response.status_code == 200
    assert response.get_json()["queued"] == 1
    assert ada.next()["source"] == "clinic"
    assert_problem(send(ada, **said), 403, "forbidden")
    assert_problem(send(admin, source="clinic"), 400, "invalid_request")
    assert_problem(send(admin, "application/json", **said), 415, "unsupported_media")
