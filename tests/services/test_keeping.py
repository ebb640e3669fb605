"""What is kept, what is not, and what is gone when its owner says so."""

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import msgspec
import pytest

from dermaloop.answers import Answer
from dermaloop.errors import Conflict, Forbidden, NotFound, OutcomeUnknown, StoreUnavailable
from dermaloop.ports import Blob, PortableRecords, Records, Stores, World
from dermaloop.records import AuditEntry, Case, IdempotencyKey
from dermaloop.services import disclosing, forgetting
from dermaloop.services.keeping import Consent, Request
from dermaloop.services.predicting import predict
from tests.pictures import jpeg
from tests.services.worlds import CALM, world, world_on

PHOTO = jpeg()
STORE = Consent(store_image=True, train=True)


def ask(
    here: World, *, consent: Consent | None = None, key: str | None = None, digest: str = "d", explain: bool = False
) -> Answer:
    request = Request("predict_disease", consent or Consent(), key=key, digest=digest)
    return predict(image=PHOTO, model="disease", crop=None, explain=explain, locale="en", request=request, world=here)


@pytest.fixture
def here(stores: Stores) -> World:
    return world_on(stores, CALM)


def pictures(here: World) -> list[str]:
    return list(here.blobs.keys("images/"))


def test_a_prediction_is_kept_with_model_scores_digest_and_time(here: World) -> None:
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


def test_without_consent_no_picture_and_no_heatmap_is_kept(here: World) -> None:
    answer = ask(here, explain=True)
    assert answer.heatmap
    assert answer.token
    case = disclosing.find(answer.id, token=answer.token, records=here.records)
    assert case.answer["heatmap"] is None
    assert case.images[0].blob is None
    assert not pictures(here)
    with pytest.raises(NotFound):
        disclosing.picture(answer.id, "1", token=answer.token, records=here.records, blobs=here.blobs)


def test_the_token_itself_is_not_in_the_store(tmp_path: Path) -> None:
    token = ask(world(tmp_path, CALM)).token
    assert token
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert token.encode() not in stored


def test_deleting_removes_picture_and_rows_and_leaves_a_line_without_content(here: World, stores: Stores) -> None:
    answer = ask(here, consent=STORE, key="one-and-the-same")
    assert answer.token
    assert len(pictures(here)) == 1
    forgetting.forget(answer.id, token=answer.token, world=here)
    assert not pictures(here)
    with pytest.raises(NotFound):
        here.records.case(answer.id)
    assert [entry.action for entry in here.records.audit(f"case:{answer.id}")] == ["create", "delete"]
    assert list(stores.records.kept_cases()) == []
    assert ask(here, key="one-and-the-same").id != answer.id


def test_another_token_opens_nothing(here: World) -> None:
    answer, other = ask(here), ask(here)
    assert other.token
    with pytest.raises(Forbidden):
        disclosing.find(answer.id, token=other.token, records=here.records)
    with pytest.raises(Forbidden):
        forgetting.forget(answer.id, token="", world=here)
    assert here.records.case(answer.id)


def test_the_same_request_under_one_key_is_kept_once_and_answered_alike(here: World) -> None:
    first, second = (ask(here, consent=STORE, key="a-random-uuid", explain=True) for _ in range(2))
    assert first == second
    assert first.token
    assert len(pictures(here)) == 1
    assert len(here.records.audit(f"case:{first.id}")) == 1


def test_the_key_of_another_request_is_a_conflict_and_keeps_nothing(here: World) -> None:
    ask(here, key="a-random-uuid", digest="one")
    with pytest.raises(Conflict):
        ask(here, consent=STORE, key="a-random-uuid", digest="another")
    assert not pictures(here)


def test_without_a_key_every_request_is_a_case_of_its_own(here: World) -> None:
    assert ask(here).id != ask(here).id


class BrokenRecords:
    """A database that is down."""

    def keep_case(self, case: Case, *, audit: AuditEntry, key: IdempotencyKey | None = None) -> Case:
        raise StoreUnavailable("down")

    def case(self, case_id: str) -> Case:
        raise StoreUnavailable("down")

    def delete_case(self, case_id: str, *, audit: AuditEntry) -> None:
        raise StoreUnavailable("down")

    def cases_since(self, created_at: str, *, after: str = "", limit: int = 50) -> tuple[Case, ...]:
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

    def keys(self, prefix: str) -> Iterator[str]:
        raise StoreUnavailable("down")


def test_a_store_that_is_down_still_lets_people_have_their_answer(here: World) -> None:
    down = msgspec.structs.replace(here, records=cast(PortableRecords, BrokenRecords()))
    answer = ask(down, consent=STORE)
    assert answer.label == "nv"
    assert not answer.kept
    assert answer.token is None
    assert not pictures(here)


def test_a_bucket_that_is_down_leaves_no_case_without_its_picture(here: World) -> None:
    down = msgspec.structs.replace(here, blobs=BrokenBlobs())
    answer = ask(down, consent=STORE)
    assert not answer.kept
    with pytest.raises(NotFound):
        here.records.case(answer.id)


class LostRecords(BrokenRecords):
    """A database whose answer is lost after it made the write."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def keep_case(self, case: Case, *, audit: AuditEntry, key: IdempotencyKey | None = None) -> Case:
        self._records.keep_case(case, audit=audit, key=key)
        raise OutcomeUnknown("lost")


def test_a_case_that_may_be_kept_after_all_stays_whole_and_within_its_owners_reach(here: World) -> None:
    answer = ask(
        msgspec.structs.replace(here, records=cast(PortableRecords, LostRecords(here.records))),
        consent=STORE,
        key="a-random-uuid",
    )
    assert not answer.kept
    assert answer.token
    assert disclosing.picture(answer.id, "1", token=answer.token, records=here.records, blobs=here.blobs)
    again = ask(here, consent=STORE, key="a-random-uuid")
    assert (again.id, again.token, again.kept) == (answer.id, answer.token, True)
    forgetting.forget(answer.id, token=answer.token, world=here)
    assert not pictures(here)
