"""The local server shows the built site as hosting would."""

import gzip
from pathlib import Path

import pytest
from werkzeug.test import Client

from dermaloop.devserver import LocalSite
from dermaloop.web import Site

SCRIPT = "console.log('a long enough script to be worth compressing');\n" * 50


@pytest.fixture
def pages(shared_site: Site, tmp_path: Path) -> Client:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<h1>Check</h1>")
    (tmp_path / "review.html").write_text("<h1>Review</h1>")
    (tmp_path / "assets" / "index-abc.js").write_text(SCRIPT)
    (tmp_path.parent / "secret.html").write_text("not part of the site")
    return Client(LocalSite(shared_site, frontend=tmp_path))


@pytest.mark.parametrize(("path", "title"), [("/", "Check"), ("/review", "Review"), ("/review.html", "Review")])
def test_addresses_are_clean(pages: Client, path: str, title: str) -> None:
    response = pages.get(path)
    assert title in response.text
    assert response.mimetype == "text/html"


def test_pages_wear_the_headers_of_hosting(pages: Client) -> None:
    response = pages.get("/")
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in pages.get("/assets/index-abc.js").headers["Cache-Control"]


def test_scripts_are_compressed_for_whoever_can_read_that(pages: Client) -> None:
    small = pages.get("/assets/index-abc.js", headers={"Accept-Encoding": "gzip, br"})
    assert gzip.decompress(small.data).decode() == SCRIPT
    assert len(small.data) < len(SCRIPT) / 10
    plain = pages.get("/assets/index-abc.js")
    assert plain.text == SCRIPT
    assert small.headers["ETag"] != plain.headers["ETag"]
    known = pages.get("/assets/index-abc.js", headers={"If-None-Match": plain.headers["ETag"]})
    assert known.status_code == 304


@pytest.mark.parametrize("path", ["/secret", "/../secret.html", "/nowhere", "/%00", "/" + "a" * 9000])
def test_nothing_else_is_shown(pages: Client, path: str) -> None:
    assert pages.get(path).status_code == 404


def test_without_a_built_site_the_root_says_how_to_call_the_interface(shared_site: Site, tmp_path: Path) -> None:
    response = Client(LocalSite(shared_site, frontend=tmp_path / "none")).get("/")
    assert response.mimetype == "text/html"
    assert "http://localhost/api/disease" in response.text


def test_the_site_learns_that_sign_in_is_local_here(pages: Client) -> None:
    assert pages.get("/config.json").get_json() == {"sign_in": "local"}
