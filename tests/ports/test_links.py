"""The Links port: one file for a few minutes and nothing else, on one machine and on Google alike."""

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from werkzeug.test import Client

from dermaloop import wiring
from dermaloop.adapters import gcs_links, local_links
from dermaloop.adapters.gcs_links import GcsLinks
from dermaloop.devserver import LocalSite
from dermaloop.errors import NotFound, StoreUnavailable
from dermaloop.patience import patience
from dermaloop.ports import World
from dermaloop.services.moments import read
from dermaloop.web import Site, WebSettings
from dermaloop.wiring import Settings
from tests import readers
from tests.emulators.signing import ACCOUNT, HOST, private_key, sign_blob
from tests.servers import free_port

KEYS = ("images/c1/1.jpg", "images/c1/a photo & more+ä.jpg")
MOMENT = datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC)


@pytest.fixture
def iam(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with sign_blob() as address:
        monkeypatch.setenv(HOST, address)
        yield


@pytest.fixture
def here(settings: Settings, iam: None) -> World:
    return wiring.build(msgspec.structs.replace(settings, links_account=ACCOUNT)).world


@pytest.fixture
def follow(here: World) -> Callable[[str], tuple[int, bytes]]:
    """What a browser that knows nothing but the address gets."""
    client = Client(LocalSite(Site(world=here, settings=WebSettings())))

    def ask(url: str) -> tuple[int, bytes]:
        if url.startswith("/"):
            response = client.get(url)
            return response.status_code, response.data
        try:
            with urllib.request.urlopen(url) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, b""

    return ask


@pytest.mark.parametrize("key", KEYS)
def test_a_file_is_seen_by_its_address_alone(here: World, follow: Callable[[str], tuple[int, bytes]], key: str) -> None:
    here.blobs.write(key, b"picture")
    link = here.links.lend(key, seconds=300)
    assert follow(link.url) == (200, b"picture")
    lasts = read(link.expires_at) - datetime.now(UTC)
    assert timedelta(minutes=3) < lasts <= timedelta(minutes=5)


def test_an_address_shows_no_other_file(here: World, follow: Callable[[str], tuple[int, bytes]]) -> None:
    for each in ("images/c1/1.jpg", "images/c2/1.jpg"):
        here.blobs.write(each, b"picture")
    url = here.links.lend("images/c1/1.jpg", seconds=300).url
    assert follow(url.replace("images/c1/", "images/c2/"))[0] == 403
    assert follow(f"{url[:-4]}0000")[0] == 403
    assert follow(url.replace("images/c1/1.jpg", "images/c1/..%2Fc2/1.jpg"))[0] in (403, 404)


def test_an_address_ends(
    here: World, follow: Callable[[str], tuple[int, bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    here.blobs.write("images/c1/1.jpg", b"picture")
    hour = timedelta(hours=1)
    with monkeypatch.context() as earlier:
        earlier.setattr(gcs_links, "_now", lambda: datetime.now(UTC).replace(microsecond=0) - hour)
        earlier.setattr(local_links, "_clock", lambda: (datetime.now(UTC) - hour).timestamp())
        url = here.links.lend("images/c1/1.jpg", seconds=300).url
    assert follow(url)[0] in (400, 403)
    longer = url.replace("X-Goog-Expires=300", "X-Goog-Expires=30000").replace("expires=", "expires=1")
    assert follow(longer)[0] == 403


def test_what_was_deleted_is_shown_no_more(here: World, follow: Callable[[str], tuple[int, bytes]]) -> None:
    here.blobs.write("images/c1/1.jpg", b"picture")
    url = here.links.lend("images/c1/1.jpg", seconds=300).url
    here.blobs.delete("images/c1/1.jpg")
    assert follow(url)[0] == 404


@pytest.mark.parametrize("key", ["../outside", "/etc/passwd", ""])
def test_no_address_leads_out_of_the_store(here: World, key: str) -> None:
    with pytest.raises(NotFound):
        here.links.lend(key, seconds=300)


@readers.needed
@pytest.mark.parametrize("name", KEYS)
def test_it_is_the_very_address_that_googles_own_library_makes(
    iam: None, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(gcs_links, "_now", lambda: MOMENT)
    link = GcsLinks(bucket="pictures", account=ACCOUNT).lend(name, seconds=300)
    given = {"key": private_key(), "account": ACCOUNT, "bucket": "pictures", "name": name}
    assert link.url == readers.ask("signed_address", given=given | {"at": MOMENT.isoformat(), "seconds": 300})
    assert link.expires_at == "2026-11-22T00:04:59.000Z"


def test_where_iam_is_down_or_refuses_it_is_said_so(iam: None, monkeypatch: pytest.MonkeyPatch) -> None:
    with patience(0.3), pytest.raises(StoreUnavailable):
        GcsLinks(bucket="pictures", account="another@test.iam.gserviceaccount.com").lend("images/1.jpg", seconds=300)
    monkeypatch.setenv(HOST, f"127.0.0.1:{free_port()}")
    with patience(0.3), pytest.raises(StoreUnavailable):
        GcsLinks(bucket="pictures", account=ACCOUNT).lend("images/1.jpg", seconds=300)
