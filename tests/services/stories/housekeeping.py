"""What admins and the scheduler do."""

import pytest

from dermaloop.errors import NotFound
from dermaloop.events import AnnotationSaved, Letter
from dermaloop.ports import Stores, World
from dermaloop.records.dead_letters import DEAD_LETTERS, DeadLetter
from dermaloop.records.documents import Put, Query
from dermaloop.records.following import CLINICS, Clinic
from dermaloop.records.policies import POLICIES, RetentionPolicy, TrainingPolicy
from dermaloop.services import deciding, gathering, granting, referring, replaying, retaining, transferring
from dermaloop.services.moments import later, now
from tests.pictures import encode
from tests.services.stories import ADMIN, Life, writing
from tests.services.test_gathering import busy, packed
from tests.services.test_transferring import everything, fill, forget

CLINIC = Clinic(id="c", name="City Hospital", address="1 High Street")
ARCHIVE = packed(a__jpg=encode(busy(1, 128)), b__jpg=encode(busy(2, 128)))


@writing("replaying.collect", "replaying.set_aside", "replaying._close")
def a_dead_letter_is_told_again_or_dropped(life: Life) -> None:
    def refuse(letter: Letter) -> None:
        raise RuntimeError

    for name in ("a1", "a2"):
        life.events.publish(AnnotationSaved(annotation_id=name))
    life.events.deliver_waiting(refuse)
    life.persist(lambda world: replaying.collect(world=world))
    first, second = sorted(replaying.waiting(world=life.calm), key=lambda letter: letter.event)
    life.persist(lambda world: replaying.replay(letter_id=first.id, by="chen", world=world))
    life.persist(lambda world: replaying.drop(letter_id=second.id, by="chen", documents=world.documents))
    told: set[str] = set()
    life.events.deliver_waiting(lambda letter: told.add(letter.event))
    assert told == {'{"annotation_id":"a1"}'}
    assert list(replaying.waiting(world=life.calm)) == []
    assert [life.actions(f"dead_letter:{each.id}") for each in (first, second)] == [["replay"], ["drop"]]


@writing("replaying.replay")
def a_letter_that_is_replayed_is_told(life: Life) -> None:
    letter = DeadLetter(id="d", at=now(), topic="annotation-saved", event='{"annotation_id":"a1"}', tries=5)
    life.calm.documents.commit(Put(DEAD_LETTERS, letter))
    life.persist(lambda world: replaying.replay(letter_id="d", by="chen", world=world))
    told: set[str] = set()
    life.events.deliver_waiting(lambda letter: told.add(letter.event))
    assert told == {letter.event}


@writing("deciding.decide")
def a_policy_is_decided_once(life: Life) -> None:
    training, retention = TrainingPolicy(threshold=20), RetentionPolicy(case_days=30)
    life.persist(
        lambda world: deciding.decide(
            training=training, retention=retention, version=0, by=ADMIN.id, documents=world.documents
        )
    )
    found = life.calm.documents.get(POLICIES, "policies")
    assert (found.record.training, found.record.retention, found.version) == (training, retention, 1)
    assert life.actions("policies:policies") == ["decide"]


@writing("granting.grant")
def a_role_is_given_and_the_trail_knows(life: Life) -> None:
    life.calm.identity.people()
    life.persist(
        lambda world: granting.grant(
            email="ben@example.org",
            roles=("admin",),
            by=ADMIN,
            identity=world.identity,
            documents=world.documents,
        )
    )
    (ben,) = [each for each in life.calm.identity.people() if each.email == "ben@example.org"]
    assert ben.roles == ("admin",)
    assert set(life.actions(f"person:{ben.id}")) == {"grant admin"}


@writing("referring.keep_clinic", "referring.drop_clinic")
def a_clinic_is_listed_and_dropped(life: Life) -> None:
    life.persist(lambda world: referring.keep_clinic(CLINIC, admin=ADMIN, world=world))
    assert life.calm.documents.find(Query(CLINICS)).records == (CLINIC,)
    life.persist(lambda world: referring.drop_clinic("c", admin=ADMIN, world=world))
    assert life.calm.documents.find(Query(CLINICS)).records == ()
    assert life.actions("clinic:c").count("drop clinic") == 1


@writing("gathering._bring", "gathering._keep", "gathering.add")
def an_archive_is_brought_in_once(life: Life) -> None:
    life.persist(lambda world: gathering.gather(ARCHIVE, source="clinic", person=ADMIN, world=world))
    cases = [kept.case for kept in life.calm.records.kept_cases()]
    assert len(cases) == 2
    for case in cases:
        assert life.calm.blobs.read(case.images[0].blob or "").data
        assert life.actions(f"case:{case.id}") == ["bring in from clinic"]


@writing("retaining._dead_letters")
def what_is_old_is_forgotten(life: Life) -> None:
    old = DeadLetter(id="d", at=later(now(), days=-9), topic="t", event="{}", tries=5)
    life.calm.documents.commit(Put(DEAD_LETTERS, old))
    kept, _ = life.case()
    policy = RetentionPolicy(case_days=1, dead_letter_days=3)
    deciding.decide(training=TrainingPolicy(), retention=policy, version=0, by=ADMIN.id, documents=life.calm.documents)
    with pytest.MonkeyPatch.context() as clock:
        clock.setattr(retaining, "now", lambda: later(now(), days=2))
        life.persist(lambda world: retaining.retain(world=world))
    with pytest.raises(NotFound):
        life.calm.records.case(kept)
    assert life.actions(f"case:{kept}") == ["create", "delete"]
    assert life.calm.documents.find(Query(DEAD_LETTERS, order="at")).records == ()


@writing(
    "transferring._copy_file",
    "transferring._copy_line",
    "transferring._copy_record",
    "transferring._forget",
    on_google=1,
)
def a_store_moves_whole(life: Life) -> None:
    source = life.elsewhere
    fill(source)
    target = stores_in(life.calm)
    transferring.transfer(source=source, target=target)
    forget(source, "c05")
    life.persist(lambda world: transferring.transfer(source=source, target=stores_in(world)))
    assert everything(target) == everything(source)


def stores_in(world: World) -> Stores:
    return Stores(world.records, world.blobs, world.documents)  # type: ignore[arg-type]


STORIES = (
    a_dead_letter_is_told_again_or_dropped,
    a_letter_that_is_replayed_is_told,
    a_policy_is_decided_once,
    a_role_is_given_and_the_trail_knows,
    a_clinic_is_listed_and_dropped,
    an_archive_is_brought_in_once,
    what_is_old_is_forgotten,
    a_store_moves_whole,
)
