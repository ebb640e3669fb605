"""What is kept, what is not, and what is gone when its owner says so."""

import sqlite3
from pathlib import Path

import pytest

from dermaloop.answers import Answer
from dermaloop.errors import Conflict, Forbidden, NotFound, StoreUnavailable
from dermaloop.ports import Blob, World
from dermaloop.records import AuditEntry, Case, IdempotencyKey
from dermaloop.services import disclosing
from dermaloop.services.keeping import Consent, Request
from dermaloop.services.predicting import predict
from tests.pictures import jpeg
from tests.services.worlds import CALM, world

PHOTO = jpeg()
STORE = Consent(store_image=True, train=True)


def ask(
    here: World, *, consent: Consent | None = None, key: str | None = None, digest: str = "d", explain: bool = False
) -> Answer:
    request = Request("predict_disease", consent or Consent(), key=key, digest=digest)
    return predict(image=PHOTO, model="disease", crop=None, explain=explain, locale="en", request=request, world=here)


def blobs_in(folder: Path) -> list[Path]:
    return list((folder / "blobs").rglob("*.jpg"))


def test_a_prediction_is_kept_with_model_scores_digest_and_time(tmp_path: Path) -> None:
    here = world(tmp_path, CALM)
    answer = ask(here)
    assert answer.kept
    assert answer.token
    case = disclosing.find(answer.id, token=answer.token, records=here.records)
    (prediction,) = case.predictions
    assert prediction.model == answer.model
    assert sum(prediction.probabilities.values()) == pytest.approx(1)
    assert len(case.images[0].sha256) == 64
    assert case.created_at.endswith("Z")
    assert case.answer["next_step"]["tier"] == answer.next_step.tier


def test_without_consent_no_picture_and_no_heatmap_is_kept(tmp_path: Path) -> None:
    here = world(tmp_path, CALM)
    answer = ask(here, explain=True)
    assert answer.heatmap
    assert answer.token
    case = disclosing.find(answer.id, token=answer.token, records=here.records)
    assert case.answer["heatmap"] is None
    assert case.images[0].blob is None
    assert not blobs_in(tmp_path)
    with pytest.raises(NotFound):
        disclosing.picture(answer.id, "1", token=answer.token, records=here.records, blobs=here.blobs)


def test_the_token_itself_is_not_in_the_store(tmp_path: Path) -> None:
    here = world(tmp_path, CALM)
    token = ask(here).token
    assert token
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert token.encode() not in stored


def test_deleting_removes_picture_and_rows_and_leaves_a_line_without_content(tmp_path: Path) -> None:
    here = world(tmp_path, CALM)
    answer = ask(here, consent=STORE, key="one-and-the-same")
    assert answer.token
    assert len(blobs_in(tmp_path)) == 1
    disclosing.forget(answer.id, token=answer.token, records=here.records, blobs=here.blobs)
    assert not blobs_in(tmp_path)
    with pytest.raises(NotFound):
        here.records.case(answer.id)
    assert [entry.action for entry in here.records.audit(f"case:{answer.id}")] == ["create", "delete"]
    db = sqlite3.connect(tmp_path / "test.sqlite3")
    assert db.execute("SELECT (SELECT count(*) FROM cases) + (SELECT count(*) FROM idempotency)").fetchone() == (0,)
    db.close()


def test_another_token_opens_nothing(tmp_path: Path) -> None:
    here = world(tmp_path, CALM)
    answer, other = ask(here), ask(here)
    assert other.token
    with pytest.raises(Forbidden):
        disclosing.find(answer.id, token=other.token, records=here.records)
    with pytest.raises(Forbidden):
        disclosing.forget(answer.id, token="", records=here.records, blobs=here.blobs)
    assert here.records.case(answer.id)


def test_the_same_request_under_one_key_is_kept_once_and_answered_alike(tmp_path: Path) -> None:
    here = world(tmp_path, CALM)
    first, second = (ask(here, consent=STORE, key="a-random-uuid", explain=True) for _ in range(2))
    assert first == second
    assert first.token
    assert len(blobs_in(tmp_path)) == 1
    assert len(here.records.audit(f"case:{first.id}")) == 1


def test_the_key_of_another_request_is_a_conflict_and_keeps_nothing(tmp_path: Path) -> None:
    here = world(tmp_path, CALM)
    ask(here, key="a-random-uuid", digest="one")
    with pytest.raises(Conflict):
        ask(here, consent=STORE, key="a-random-uuid", digest="another")
    assert not blobs_in(tmp_path)


def test_without_a_key_every_request_is_a_case_of_its_own(tmp_path: Path) -> None:
    here = world(tmp_path, CALM)
    assert ask(here).id != ask(here).id


class BrokenRecords:
    """A database that is down."""

    def keep_case(self, case: Case, *, audit: AuditEntry, key: IdempotencyKey | None = None) -> Case:
        raise StoreUnavailable("down")

    def case(self, case_id: str) -> Case:
        raise StoreUnavailable("down")

    def delete_case(self, case_id: str, *, audit: AuditEntry) -> None:
        raise StoreUnavailable("down")

    def audit(self, subject: str) -> tuple[AuditEntry, ...]:
        raise StoreUnavailable("down")


class BrokenBlobs:
    """A bucket that is down."""

    def read(self, key: str) -> Blob:
        raise StoreUnavailable("down")

    def write(self, key: str, data: bytes, *, expected: int | None = None) -> int:
        raise StoreUnavailable("down")

    def delete(self, key: str) -> None:
        raise StoreUnavailable("down")

    def keys(self, prefix: str) -> list[str]:
        raise StoreUnavailable("down")


def test_a_store_that_is_down_still_lets_people_have_their_answer(tmp_path: Path) -> None:
    up = world(tmp_path, CALM)
    down = World(records=BrokenRecords(), blobs=up.blobs, classifiers=up.classifiers, image_limits=up.image_limits)
    answer = ask(down, consent=STORE)
    assert answer.label == "nv"
    assert not answer.kept
    assert answer.token is None
    assert not blobs_in(tmp_path)


def test_a_bucket_that_is_down_leaves_no_case_without_its_picture(tmp_path: Path) -> None:
    up = world(tmp_path, CALM)
    down = World(records=up.records, blobs=BrokenBlobs(), classifiers=up.classifiers, image_limits=up.image_limits)  # type: ignore[arg-type]
    answer = ask(down, consent=STORE)
    assert not answer.kept
    with pytest.raises(NotFound):
        up.records.case(answer.id)
