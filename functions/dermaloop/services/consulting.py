"""A question to a doctor about a case: asked by whoever holds its token, answered by a doctor, seen by both."""

import hashlib
from dataclasses import dataclass
from typing import Any

import msgspec

from dermaloop.contract.labels import Tier
from dermaloop.errors import Conflict, DermaloopError, NotFound
from dermaloop.ports import World
from dermaloop.records import AuditEntry, Case
from dermaloop.records.documents import Found, Note, Page, Put, Query
from dermaloop.records.following import (
    CLINICS,
    CONSULTATIONS,
    Consultation,
    ConsultationState,
    Impression,
    Message,
    Referral,
    Said,
    Verdict,
)
from dermaloop.records.people import Person
from dermaloop.services.disclosing import digest, find, new_id
from dermaloop.services.moments import later, now

HOURS: dict[Tier, int] = {"emergency": 4, "urgent": 48, "routine": 7 * 24, "self_care": 14 * 24}
"""How soon a doctor should answer, by how pressing the case is."""

MOST_MESSAGES = 60
_NEXT: dict[Verdict, ConsultationState] = {"answer": "answered", "ask_photo": "photo_asked", "refer": "referred"}


@dataclass(frozen=True)
class Asked:
    """What a patient writes: words, and perhaps a picture, which is then kept for the doctor.

    Sent again under the same key, it is said once. Without a key, what was said word for word since the doctor last
    answered counts as sent again.
    """

    text: str
    picture: bytes | None = None
    key: str | None = None


@dataclass(frozen=True)
class Replied:
    """What a doctor decides. `version` is that of the thread they answered to."""

    verdict: Verdict
    text: str
    version: int
    clinic_id: str | None = None
    within_days: int = 14


def ask(case_id: str, *, token: str, asked: Asked, region: str, locale: str, world: World) -> Found[Consultation]:
    """Puts the case before the doctors. A doctor needs a picture: one that is kept, or one that comes with it."""
    case = find(case_id, token=token, records=world.records)
    if asked.picture is None and not any(image.blob for image in case.images):
        raise Conflict("This case keeps no picture that a doctor could look at. Send one with the question.")
    tier: Tier = case.answer["next_step"]["tier"]
    moment = now()
    consultation = Consultation(
        id=case.id,
        state="waiting",
        tier=tier,
        asked_at=moment,
        due_at=later(moment, hours=HOURS[tier]),
        locale=locale,
        region=region,
    )
    return _say(Found(consultation, 0), asked, world, action="ask for a consultation")


def thread(case_id: str, *, token: str, world: World) -> Found[Consultation]:
    """The consultation as the patient sees it."""
    find(case_id, token=token, records=world.records)
    return _found(case_id, world)


def write(case_id: str, *, token: str, asked: Asked, world: World) -> Found[Consultation]:
    """Says more, or sends the photo that was asked for; it is the doctors' turn again."""
    find(case_id, token=token, records=world.records)
    found = _found(case_id, world)
    if _was_said(asked, found.record):
        return found
    moment = now()
    due = later(moment, hours=HOURS[found.record.tier])
    again = msgspec.structs.replace(found.record, state="waiting", due_at=min(due, _still_due(found.record, due)))
    return _say(Found(again, found.version), asked, world, action="write in a consultation")


def waiting(*, state: ConsultationState, after: str, limit: int, world: World) -> Page[Consultation]:
    """What doctors have to answer, the most pressing first."""
    return world.documents.find(Query(CONSULTATIONS, {"state": state}, "due_at"), after=after, limit=limit)


def look(case_id: str, *, doctor: Person, world: World) -> tuple[Found[Consultation], Case]:
    """Opens a consultation for a doctor, which the trail notes."""
    found, case = _found(case_id, world), world.records.case(case_id)
    world.documents.commit(Note(_entry(doctor, "see consultation", case_id)))
    return found, case


def saw_models(consultation: Consultation, doctor: Person) -> bool:
    """Whether this doctor said what they think, and may see what the models said."""
    return any(impression.doctor == doctor.id for impression in consultation.impressions)


def commit_impression(case_id: str, *, doctor: Person, text: str, world: World) -> Found[Consultation]:
    """The doctor's own view, before the models' is shown; the first one stands."""
    found = _found(case_id, world)
    if saw_models(found.record, doctor):
        return found
    impression = Impression(doctor=doctor.id, at=now(), text=text)
    changed = msgspec.structs.replace(found.record, impressions=(*found.record.impressions, impression))
    return _write(Found(changed, found.version), world, _entry(doctor, "say an impression", case_id))


def reply(case_id: str, *, doctor: Person, replied: Replied, world: World) -> Found[Consultation]:
    """Answers, asks for another photo, or refers; Conflict where the thread went on since the doctor read it.

    The same reply sent again, because its answer was lost on the way, is not said twice.
    """
    found = _found(case_id, world)
    referral = _referral(replied, world) if replied.verdict == "refer" else found.record.referral
    if _was_replied(doctor, replied, referral, found):
        return found
    if found.version != replied.version:
        raise Conflict("The thread went on while you wrote. Read it again, then answer.", version=found.version)
    message = Message(at=now(), author="doctor", name=doctor.name, text=replied.text, verdict=replied.verdict)
    changed = msgspec.structs.replace(
        _with(found.record, message),
        state=_NEXT[replied.verdict],
        referral=referral,
        answered_by=doctor.name,
    )
    return _write(Found(changed, found.version), world, _entry(doctor, f"{replied.verdict} consultation", case_id))


def _was_replied(doctor: Person, replied: Replied, referral: Referral | None, found: Found[Consultation]) -> bool:
    last = found.record.messages[-1]
    there = (found.version, last.author, last.name, last.verdict, last.text, found.record.referral)
    return there == (replied.version + 1, "doctor", doctor.name, replied.verdict, replied.text, referral)


def photos(consultation: Consultation, case: Case) -> list[str]:
    """The names of every picture there is, the case's own first."""
    return [image.id for image in case.images if image.blob] + [
        said.image for said in consultation.messages if said.image
    ]


def shown(consultation: Consultation, case: Case, name: str, *, world: World) -> bytes:
    """One of those pictures, for a doctor."""
    return world.blobs.read(place(consultation, case, name)).data


def place(consultation: Consultation, case: Case, name: str) -> str:
    """Under which key one of those pictures lies."""
    if name not in photos(consultation, case):
        raise NotFound("This case keeps no such picture.")
    return _key(consultation.id, name)


def said_picture(consultation: Consultation, name: str, *, world: World) -> bytes:
    """A picture that came with a message, for the patient who sent it."""
    if name not in [message.image for message in consultation.messages]:
        raise NotFound("This thread has no such picture.")
    return world.blobs.read(_key(consultation.id, name)).data


def answers_of(case: Case) -> dict[str, Any]:
    """What the patient answered to the questions that went with the photo."""
    return msgspec.to_builtins(case.answers) if case.answers else {}


def _say(found: Found[Consultation], asked: Asked, world: World, *, action: str) -> Found[Consultation]:
    """Adds the patient's message, its picture first; where the thread cannot be written, the picture goes again."""
    name = f"said-{new_id()[:12]}" if asked.picture is not None else None
    message = Message(at=now(), author="patient", name="", text=asked.text, image=name)
    changed = Found(_noted(asked, _with(found.record, message)), found.version)
    if name is not None and asked.picture is not None:
        from dermaloop.contract.images import reencode  # only who sends a picture waits for Pillow

        world.blobs.write(_key(found.record.id, name), reencode(asked.picture, limits=world.image_limits), expected=0)
    entry = AuditEntry(at=now(), actor="patient", action=action, subject=f"case:{found.record.id}")
    try:
        return _write(changed, world, entry)
    except Conflict as error:
        if name is not None:
            _discard(found.record.id, name, world)
        if (there := _repeated(asked, found, world)) is not None:
            return there
        if found.version == 0:
            raise Conflict("A doctor was asked about this case already; write in that thread.") from error
        raise


def _repeated(asked: Asked, before: Found[Consultation], world: World) -> Found[Consultation] | None:
    """The thread, where this was said by an earlier try of the same request."""
    found = _found(before.record.id, world)
    known = asked.key is not None or before.version > 0
    return found if known and _was_said(asked, found.record) else None


def _was_said(asked: Asked, consultation: Consultation) -> bool:
    key, content = _digests(asked)
    if key:
        same = next((each for each in consultation.said if each.key == key), None)
        if same is not None and same.content != content:
            raise Conflict("This Idempotency-Key was used for another message.")
        return same is not None
    answered = max((n for n, each in enumerate(consultation.messages) if each.author == "doctor"), default=-1)
    return any(each.content == content and each.number > answered for each in consultation.said)


def _noted(asked: Asked, consultation: Consultation) -> Consultation:
    """With what its last message is known by."""
    key, content = _digests(asked)
    said = Said(key=key, content=content, number=len(consultation.messages) - 1)
    return msgspec.structs.replace(consultation, said=(*consultation.said, said))


def _digests(asked: Asked) -> tuple[str, str]:
    content = hashlib.sha256(asked.text.encode() + b"\0" + (asked.picture or b"")).hexdigest()
    return digest(asked.key) if asked.key else "", content


def _with(consultation: Consultation, message: Message) -> Consultation:
    if len(consultation.messages) >= MOST_MESSAGES:
        raise Conflict(f"This thread has {MOST_MESSAGES} messages. Please see a doctor in person.")
    return msgspec.structs.replace(consultation, messages=(*consultation.messages, message))


def _write(found: Found[Consultation], world: World, entry: AuditEntry) -> Found[Consultation]:
    world.documents.commit(Put(CONSULTATIONS, found.record, expected=found.version), Note(entry))
    return Found(found.record, found.version + 1)


def _found(case_id: str, world: World) -> Found[Consultation]:
    try:
        return world.documents.get(CONSULTATIONS, case_id)
    except NotFound as error:
        raise NotFound("No doctor was asked about this case.") from error


def _referral(replied: Replied, world: World) -> Referral:
    if replied.clinic_id is None:
        raise Conflict("Name the clinic to refer to.", path="$.clinic_id")
    return Referral(clinic=world.documents.get(CLINICS, replied.clinic_id).record, within_days=replied.within_days)


def _still_due(consultation: Consultation, otherwise: str) -> str:
    """What waits already keeps its deadline; what was answered gets a new one."""
    return consultation.due_at if consultation.state == "waiting" else otherwise


def _entry(doctor: Person, action: str, case_id: str) -> AuditEntry:
    return AuditEntry(at=now(), actor=f"doctor:{doctor.id}", action=action, subject=f"case:{case_id}")


def _key(case_id: str, name: str) -> str:
    return f"images/{case_id}/{name}.jpg"


def _discard(case_id: str, name: str, world: World) -> None:
    try:
        world.blobs.delete(_key(case_id, name))
    except DermaloopError:
        return  # it is deleted with its case
