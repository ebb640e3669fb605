"""Bringing in archives: pictures are queued once, copies and all that is no picture are told by name."""

import io
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from dermaloop.errors import InvalidRequest
from dermaloop.ports import World
from dermaloop.records.documents import Query
from dermaloop.records.people import Person
from dermaloop.records.reviewing import REVIEWS
from dermaloop.services import unpacking
from dermaloop.services.gathering import UploadReport, gather
from tests.pictures import encode, jpeg
from tests.services.worlds import CALM, MALIGNANT, world

ADMIN = Person(id="local-4", email="admin@example.org", name="Admin", roles=("admin",))


@pytest.fixture
def here(tmp_path: Path) -> World:
    return world(tmp_path, CALM, MALIGNANT)


def busy(seed: int, side: int = 240) -> Image.Image:
    """A picture with detail at every scale, so that it can be told from others."""
    rng, whole = np.random.default_rng(seed), np.zeros((side, side, 3))
    for cells in (4, 8, 16, 60):
        layer = Image.fromarray(rng.integers(0, 255, (cells, cells, 3), dtype=np.uint8))
        whole += np.asarray(layer.resize((side, side), Image.Resampling.BICUBIC), dtype=np.float64) / 4
    return Image.fromarray(whole.astype(np.uint8))


def packed(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


def bring(here: World, archive: bytes) -> UploadReport:
    return gather(archive, source="clinic", person=ADMIN, world=here)


def told(report: UploadReport) -> dict[str, str]:
    return {each.file: each.outcome for each in report.files}


def test_pictures_are_queued_with_what_the_table_says(here: World) -> None:
    table = b"image,age,sex,site,colour\na.jpg,47,female,nail,brown\nb,,,,\n"
    report = bring(here, packed(**{"in/a__jpg": encode(busy(1)), "b__png": encode(busy(2), "PNG"), "t__csv": table}))
    assert told(report) == {"in/a.jpg": "queued", "b.png": "queued"}
    assert report.unknown_columns == ("colour",)
    reviews = here.documents.find(Query(REVIEWS)).records
    assert {review.id for review in reviews} == {each.image for each in report.files}
    assert {review.source for review in reviews} == {"clinic"}
    assert {review.site for review in reviews} == {"nail", "unknown"}
    case = here.records.case(report.files[0].image.rpartition("-")[0])
    assert case.answers is not None
    assert (case.answers.age, case.answers.sex) == (47, "female")
    assert [prediction.model.name for prediction in case.predictions] == ["malignancy", "disease"]
    assert here.records.audit(f"case:{case.id}")[0].actor == ADMIN.id


def test_copies_are_found_however_they_were_turned_or_packed(here: World) -> None:
    first = bring(here, packed(a__jpg=encode(busy(1)), c__jpg=encode(busy(3))))
    turned = busy(1).transpose(Image.Transpose.ROTATE_90).resize((200, 200))
    again = bring(here, packed(x__webp=encode(turned, "WEBP", quality=70), y__jpg=encode(busy(2))))
    assert told(first) == {"a.jpg": "queued", "c.jpg": "queued"}
    assert told(again) == {"x.webp": "duplicate", "y.jpg": "queued"}
    assert again.files[0].image == first.files[0].image
    assert told(bring(here, packed(a__jpg=encode(busy(1)), c__jpg=encode(busy(3))))) == dict.fromkeys(
        ("a.jpg", "c.jpg"), "duplicate"
    )
    here.blobs.delete(f"images/{first.files[0].image.replace('-1', '')}/1.jpg")
    assert told(bring(here, packed(a__jpg=encode(busy(1))))) == {"a.jpg": "queued"}


def test_what_is_no_picture_is_refused_by_name_and_keeps_nothing_else_out(here: World) -> None:
    files = {
        "good__jpg": jpeg(),
        "notes__txt": b"hello",
        "broken__jpg": b"\xff\xd8\xff" + b"0" * 100,
        "tiny__png": encode(Image.new("RGB", (8, 8)), "PNG"),
        "__MACOSX/._good__jpg": b"x",
        "../../etc/evil__jpg": encode(busy(5)),
        "t__csv": b"image,age\ngood,old\n",
        "old__jpg": encode(busy(6)),
    }
    report = bring(here, packed(**files | {"t__csv": b"image,age\nold,very\n"}))
    outcomes = told(report)
    assert outcomes.pop("../../etc/evil.jpg") == "queued", "a name is only a name"
    assert outcomes == {
        "good.jpg": "queued",
        "notes.txt": "refused",
        "broken.jpg": "refused",
        "tiny.png": "refused",
        "old.jpg": "refused",
    }
    assert all(each.reason for each in report.files if each.outcome == "refused")
    assert sorted(here.blobs.keys("images/")) == sorted(
        f"images/{each.image[:-2]}/1.jpg" for each in report.files if each.image
    )


def lying(name: str, claimed: int, data: bytes) -> bytes:
    """An archive whose headers say a file is smaller than it is."""
    whole = bytearray(packed(**{name: data}))
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = whole.index(signature)
        struct.pack_into("<I", whole, start + place, claimed)
    return bytes(whole)


def test_no_archive_costs_more_than_it_may(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for archive in (b"", b"PK\x03\x04 no", packed()[:-3]):
        with pytest.raises(InvalidRequest, match="no zip"):
            bring(here, archive)
    bomb = packed(bomb__jpg=bytes(40 * 2**20))
    assert len(bomb) < 100_000
    assert told(bring(here, bomb)) == {"bomb.jpg": "refused"}
    assert told(bring(here, lying("small__jpg", 1000, bytes(2**20)))) == {"small.jpg": "refused"}
    monkeypatch.setattr(unpacking, "MOST_FILES", 1)
    with pytest.raises(InvalidRequest, match="2 files"):
        bring(here, packed(a__jpg=b"", b__jpg=b""))
    monkeypatch.setattr(unpacking, "MOST_BYTES", 10)
    with pytest.raises(InvalidRequest, match="in parts"):
        bring(here, packed(a__jpg=bytes(11)))


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("write", ["blobs.write", "records.keep_case", "documents.commit"])
def test_an_upload_that_was_cut_short_is_completed_by_sending_it_again(
    here: World, monkeypatch: pytest.MonkeyPatch, write: str, after: bool
) -> None:
    port, _, method = write.partition(".")
    real = getattr(getattr(here, port), method)

    def cut(*args: object, **more: object) -> object:
        if after:
            real(*args, **more)
        raise Killed

    archive = packed(a__jpg=encode(busy(1)), b__jpg=encode(busy(2)))
    with monkeypatch.context() as broken:
        broken.setattr(getattr(here, port), method, cut)
        with pytest.raises(Killed):
            bring(here, archive)
    bring(here, archive)
    reviews = here.documents.find(Query(REVIEWS)).records
    assert len({review.sha256 for review in reviews}) == len(reviews) == 2
    assert all(here.records.case(review.case_id) for review in reviews)
