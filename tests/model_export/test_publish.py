"""Publishing is whole or not at all, safe to do twice, and the champion's pointer comes last."""

from pathlib import Path

import msgspec
import pytest

from dermaloop.contract.manifest import Champion, champion_key, write_manifest
from dermaloop.errors import Conflict
from dermaloop.ports import Blobs
from dermaloop.wiring import Settings, build
from model_export.candidate import Candidate
from model_export.errors import ExportError
from model_export.publish import FILES, promote, publish
from tests.fakes import manifest


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return build(Settings(data=str(tmp_path))).world.blobs


def contents(candidate: Candidate) -> dict[str, bytes]:
    parts = (candidate.model, b"{}", b"{}", write_manifest(candidate.manifest))
    return dict(zip(FILES, parts, strict=True))


def candidate(version: str = "v1") -> Candidate:
    return Candidate(manifest("disease", version), b"model " + version.encode())


def champion(blobs: Blobs) -> Champion:
    return msgspec.json.decode(blobs.read(champion_key("disease")).data, type=Champion)


def test_a_version_is_published_whole_and_twice_changes_nothing(blobs: Blobs) -> None:
    publish(candidate(), contents(candidate()), blobs)
    generations = {key: blobs.read(key).generation for key in blobs.keys("models/")}
    publish(candidate(), contents(candidate()), blobs)
    assert set(generations) == {f"models/disease/v1/{file}" for file in FILES}
    assert {key: blobs.read(key).generation for key in generations} == generations


def test_other_bytes_under_a_published_version_are_refused(blobs: Blobs) -> None:
    publish(candidate(), contents(candidate()), blobs)
    with pytest.raises(ExportError, match="a version is never changed"):
        publish(candidate(), contents(candidate()) | {"model.tflite": b"other"}, blobs)


def test_promotion_remembers_who_and_what_before(blobs: Blobs) -> None:
    for version in ("v1", "v2"):
        publish(candidate(version), contents(candidate(version)), blobs)
        promote("disease", version, by="Dr Example", blobs=blobs)
    assert (champion(blobs).version, champion(blobs).previous, champion(blobs).promoted_by) == (
        "v2",
        "v1",
        "Dr Example",
    )


def test_what_is_not_published_cannot_be_promoted(blobs: Blobs) -> None:
    with pytest.raises(ExportError, match="not published"):
        promote("disease", "v9", by="Dr Example", blobs=blobs)
    assert not list(blobs.keys("models/"))


def test_two_promotions_at_once_do_not_overwrite_each_other(blobs: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(candidate("v1"), contents(candidate("v1")), blobs)
    publish(candidate("v2"), contents(candidate("v2")), blobs)
    real = blobs.write

    def late(key: str, data: bytes, *, expected: int | None = None) -> int:
        monkeypatch.setattr(blobs, "write", real)
        promote("disease", "v2", by="someone quicker", blobs=blobs)
        return real(key, data, expected=expected)

    monkeypatch.setattr(blobs, "write", late)
    with pytest.raises(Conflict):
        promote("disease", "v1", by="someone slower", blobs=blobs)
    assert champion(blobs).version == "v2"
