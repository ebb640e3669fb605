"""Doctors at work over HTTP: sign in, send photos to be read, read them."""

from typing import Any

from werkzeug.test import Client, TestResponse

from tests.pictures import b64, jpeg


class Doctor:
    """Somebody signed in, with the calls a review takes."""

    def __init__(self, client: Client, email: str) -> None:
        told = client.post("/api/local/sign-in", json={"email": f"{email}@example.org"}).get_json()
        self.client = client
        self.headers = {"Authorization": f"Bearer {told['token']}"}

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> TestResponse:
        call = getattr(self.client, method.lower())
        response: TestResponse = call(f"/api/review/{path}", json=body, query_string=query, headers=self.headers)
        return response

    def get(self, path: str, **query: str) -> Any:
        return self._ok(self.ask("GET", path, **query))

    def put(self, path: str, body: Any) -> Any:
        return self._ok(self.ask("PUT", path, body))

    def post(self, path: str, body: Any) -> Any:
        return self._ok(self.ask("POST", path, body))

    def next(self, *skip: str) -> Any:
        return self.post("queue/next", {"skip": list(skip)})["image"]

    def read(self, image: str, diagnosis: str = "nv", **more: Any) -> Any:
        """Takes the image and submits a reading of it."""
        self.get("queue")
        draft = self.post(f"images/{image}/lease", {})["draft"]
        return self.submit(image, diagnosis, version=draft["version"] if draft else 0, **more)

    def submit(self, image: str, diagnosis: str = "nv", *, version: int = 0, **more: Any) -> Any:
        findings = {"diagnosis": diagnosis, "certainty": "probable"} | more
        return self.post(f"images/{image}/reading", {"version": version, "findings": findings})

    def _ok(self, response: TestResponse) -> Any:
        assert response.status_code == 200, response.get_data(as_text=True)
        return response.get_json()


def send_photo(client: Client, *, seed: int = 0, **more: Any) -> Any:
    """A person's photo, kept, with both consents unless told otherwise."""
    body = {"images": [{"image": b64(jpeg(seed=seed))}], "store_image": True, "train_consent": True} | more
    response = client.post("/api/assess", json=body)
    assert response.status_code == 200, response.get_data(as_text=True)
    return response.get_json()
