"""The doctors' queue: filled once from the kept cases, ordered by reasons, shared without two reading the same."""

import threading
import time
from collections import Counter
from itertools import islice
from pathlib import Path

import msgspec
import pytest

from dermaloop.errors import Conflict
from dermaloop.ports import Stores, World
from dermaloop.records import AuditEntry, Case, LesionImage, ModelVersion, Prediction
from dermaloop.records.documents import Put, Query
from dermaloop.records.people import Person
from dermaloop.records.reviewing import REVIEW_SETTINGS, REVIEWS, Review, ReviewSettings, Weight
from dermaloop.services import leasing, queueing, searching
from dermaloop.services.moments import later, now
from dermaloop.services.prioritizing import rank
from dermaloop.services.queueing import enqueue_new, waiting_for
from dermaloop.services.showing import summaries
from dermaloop.services.sketching import novelty, sketch
from tests.services.worlds import CALM, world, world_on

ADA, BEN = (Person(id=f"local-{n}", email=f"{n}@example.org", name=n, roles=("doctor",)) for n in ("1", "2"))
START = "2026-11-20T10:00:00.000Z"


def kept(
    here: World,
    number: int,
    *,
    mel: float = 0.1,
    embedding: tuple[float, ...] = (),
    minutes: float = 0,
    consent: bool = True,
) -> str:
    """A case as the predictions keep it; returns its image's name in the queue."""
    case_id = f"{number:032x}"
    probabilities = {"mel": mel, "nv": 1 - mel}
    prediction = Prediction(
        image_id="1",
        model=ModelVersion("disease", "1", "ab" * 32),
        status="answered",
        probabilities=probabilities,
        malignant_probability=mel,
        embedding=embedding,
    )
    image = LesionImage(
        id="1", sha256="a" * 64, width=8, height=8, blob=f"images/{case_id}/1.jpg", train_consent=consent
    )
    case = Case(
        id=case_id,
        created_at=later(START, minutes=minutes),
        function="assess",
        token_sha256="t",
        images=(image,),
        predictions=(prediction,),
        answer={},
    )
    here.records.keep_case(case, audit=AuditEntry(at=START, actor="p", action="create", subject=f"case:{case_id}"))
    return f"{case_id}-1"


def nothing_by_chance(here: World) -> None:
    settings = ReviewSettings(id="review", random_share=0.0, double_share=0.0)
    here.documents.commit(Put(REVIEW_SETTINGS, settings))


def order(here: World, person: Person = ADA) -> list[str]:
    return [found.record.id for found, _ in waiting_for(person, here.documents)]


@pytest.fixture
def here(tmp_path: Path) -> World:
    made = world(tmp_path, CALM)
    nothing_by_chance(made)
    return made


def test_every_case_is_queued_once_however_often_one_looks(
    stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queueing, "now", lambda: later(START, minutes=7))
    shared = world_on(stores, CALM, folder=tmp_path)
    names = [kept(shared, n, minutes=n) for n in range(7)]
    kept(shared, 99, minutes=3, consent=False)
    assert enqueue_new(shared, most=3) + enqueue_new(shared) == 7
    assert enqueue_new(shared) == 0
    late = kept(shared, 50, minutes=5.9)  # was kept a moment after a later one
    names.append(kept(shared, 51, minutes=60))
    assert enqueue_new(shared) == 2
    assert sorted(order(shared)) == sorted([*names, late])


@pytest.mark.parametrize("apart", [0.0, 0.001], ids=["at one time", "within seconds"])
def test_a_burst_does_not_hold_up_the_queue(here: World, monkeypatch: pytest.MonkeyPatch, apart: float) -> None:
    monkeypatch.setattr(queueing, "now", lambda: later(START, seconds=10))
    for number in range(60):
        kept(here, number, minutes=number * apart)
    assert [enqueue_new(here, most=50) for _ in range(3)] == [50, 10, 0]
    late = kept(here, 99, minutes=55 * apart)
    kept(here, 100, minutes=1)
    monkeypatch.setattr(queueing, "now", lambda: later(START, minutes=4))
    assert sum(enqueue_new(here, most=50) for _ in range(2)) == 2
    assert late in order(here)


def test_uncertain_and_suspicious_come_first_and_say_so(here: World) -> None:
    calm, unsure, grave = (kept(here, n, mel=mel) for n, mel in enumerate((0.01, 0.5, 0.97)))
    enqueue_new(here)
    assert order(here) == [unsure, grave, calm]
    reasons = here.documents.get(REVIEWS, grave).record.reasons
    assert [each.reason for each in reasons][:2] == ["suspicious", "novel"]
    shown = summaries([here.documents.get(REVIEWS, grave).record], ADA, "ko", world=here)[0].reasons
    assert shown[0].text == "판독 후에 알려 드릴 이유가 하나 더 있음"
    assert shown[0].weight is None


def test_no_batch_is_full_of_near_duplicates(here: World) -> None:
    near = [kept(here, n, mel=0.6, embedding=(1.0, 0.0, n / 1e4, 0.0)) for n in range(12)]
    far = [kept(here, 50 + n, mel=0.4, embedding=tuple(float(m == n) * 3 for m in range(4))) for n in range(4)]
    enqueue_new(here)
    first = order(here)[:6]
    assert set(far) <= set(first)
    assert len(set(first) & set(near)) == 2


def test_a_sketch_tells_near_from_far_and_one_model_from_another() -> None:
    points = [sketch([float(n == m) for m in range(64)], "a" * 64) for n in range(20)]
    assert novelty(points[0], points) == 0.0
    assert novelty(points[0], points[1:]) > 0.5
    assert novelty(sketch([1.0, *[0.01] * 63], "a" * 64), points) < 0.2
    assert novelty(sketch([1.0] * 64, "b" * 64), points) == 1.0


def test_what_waits_rises(here: World) -> None:
    old, fresh = kept(here, 1, mel=0.2), kept(here, 2, mel=0.25)
    enqueue_new(here)
    assert order(here) == [fresh, old]
    found = here.documents.get(REVIEWS, old).record
    long_ago = later(found.queued_at, days=-10)
    settings = queueing.settings_of(here.documents).record
    aged = msgspec.structs.replace(found, queued_at=long_ago, rank=rank(found.reasons, long_ago, settings))
    here.documents.commit(Put(REVIEWS, aged))
    assert order(here) == [old, fresh]
    assert summaries([aged], ADA, "en", world=here)[0].reasons[-1].reason == "waiting"


def test_a_tenth_is_drawn_at_random_whatever_the_models_say(tmp_path: Path) -> None:
    here = world(tmp_path, CALM)
    for number in range(400):
        kept(here, number, mel=0.0 if number % 2 else 0.5)
    enqueue_new(here)
    reviews = here.documents.find(Query(REVIEWS), limit=1000).records
    drawn = [review for review in reviews if review.reasons[:1] and review.reasons[0].reason == "random"]
    assert 20 <= len(drawn) <= 64
    assert len({int(review.case_id, 16) % 2 for review in drawn}) == 2
    assert 50 <= sum(review.wanted == 2 for review in reviews) <= 112, "a fifth goes to two readers"
    assert 1 <= sum(review in drawn for review in sorted(reviews, key=lambda r: -r.rank)[:100]) <= 30


def test_a_lease_ends_by_itself(here: World) -> None:
    name = kept(here, 1)
    enqueue_new(here)
    held = leasing.take(name, ADA, world=here)
    assert order(here, BEN) == []
    with pytest.raises(Conflict, match="Another doctor"):
        leasing.take(name, BEN, world=here)
    over = msgspec.structs.replace(held, held_until=later(now(), seconds=-1))
    here.documents.commit(Put(REVIEWS, over))
    assert leasing.take(name, BEN, world=here).holder == BEN.id
    with pytest.raises(Conflict):
        leasing.take(name, ADA, world=here)


def test_many_doctors_at_once_never_share_a_first_reading(stores: Stores, tmp_path: Path) -> None:
    shared = world_on(stores, CALM, folder=tmp_path)
    for number in range(6):
        kept(shared, number)
    enqueue_new(shared)
    people = [Person(id=f"d{n}", email="", name="", roles=("doctor",)) for n in range(6)]
    taken: list[str] = []

    def work(person: Person) -> None:
        review = leasing.take_next(person, world=shared)
        if review:
            taken.append(review.id)

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Counter(taken) == Counter(sorted({f"{n:032x}-1" for n in range(6)}))


def test_ten_thousand_page_at_once(tmp_path: Path) -> None:
    here = world(tmp_path, CALM)
    template = Review(
        id="",
        case_id="",
        image_id="1",
        blob="",
        sha256="",
        width=8,
        height=8,
        source="patient",
        created_at=START,
        queued_at=START,
        train_consent=True,
        reasons=(Weight("uncertain", 0.2),),
    )
    for start in range(0, 10_000, 2500):
        made = [
            msgspec.structs.replace(
                template, id=f"{n:032x}-1", rank=n * 7919 % 10_007 / 10_007, annotators=(ADA.id,) if n % 5 == 0 else ()
            )
            for n in range(start, start + 2500)
        ]
        here.documents.commit(*(Put(REVIEWS, each) for each in made))
    assert searching.counts(here.documents).first == 10_000

    def page() -> float:
        began = time.perf_counter()
        found = list(islice(waiting_for(ADA, here.documents), 50))
        shown = summaries([each.record for each, _ in found], ADA, "en", world=here)
        searching.counts(here.documents)
        assert len(shown) == 50
        return time.perf_counter() - began

    assert min(page() for _ in range(7)) < 0.1
