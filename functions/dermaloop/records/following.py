"""What goes on about a case after its answer: a reminder, and a question to a doctor with all that is said about it."""

from typing import Annotated, Literal

import msgspec

from dermaloop.contract.labels import Tier
from dermaloop.records.documents import Ask, Kind, Record

Channel = Literal["email", "push"]
ReminderState = Literal["waiting", "sending", "sent"]
ConsultationState = Literal["waiting", "photo_asked", "answered", "referred"]
Verdict = Literal["answer", "ask_photo", "refer"]
Author = Literal["patient", "doctor"]


class EmailAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="channel", tag="email"):
    """Where e-mail reaches a person."""

    value: Annotated[str, msgspec.Meta(max_length=254, pattern=r"^[!-?A-~]+@[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)+$")]

    @property
    def channel(self) -> Channel:
        return "email"


class DeviceAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="channel", tag="push"):
    """A device that takes push messages, by the token that its push service gave it."""

    value: Annotated[str, msgspec.Meta(min_length=3, max_length=512, pattern=r"^[!-~]+$")]

    @property
    def channel(self) -> Channel:
        return "push"


Address = EmailAddress | DeviceAddress


class Reminder(Record, frozen=True, kw_only=True):
    """One reminder of one case, whose id it has; its address goes with it once it was sent."""

    due_at: str
    state: ReminderState
    locale: str
    address: Address | None
    sent_at: str | None = None
    tries: int = 0


class Clinic(Record, frozen=True, kw_only=True):
    """A place a doctor may refer to, from the admin's directory."""

    name: str
    address: str
    phone: str = ""
    region: str = ""


class Referral(msgspec.Struct, frozen=True, kw_only=True):
    """Where to go and why; the clinic as it stood in the directory on that day."""

    clinic: Clinic
    within_days: int


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was said, by the patient or a doctor. `image` names a picture that came with it."""

    at: str
    author: Author
    name: str
    text: str
    image: str | None = None
    verdict: Verdict | None = None


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """By what a message is known when it is sent again: digests of its key, where it had one, and of its content."""

    key: str
    content: str
    number: int


class Impression(msgspec.Struct, frozen=True, kw_only=True):
    """What a doctor thought before seeing what the models said."""

    doctor: str
    at: str
    text: str


class Consultation(Record, frozen=True, kw_only=True):
    """A question to a doctor about one case, whose id it has."""

    state: ConsultationState
    tier: Tier
    asked_at: str
    due_at: str
    locale: str
    region: str = ""
    messages: tuple[Message, ...] = ()
    said: tuple[Said, ...] = ()
    impressions: tuple[Impression, ...] = ()
    referral: Referral | None = None
    answered_by: str = ""


REMINDERS = Kind("reminders", Reminder, asks=(Ask(), Ask(("state",), "due_at")))
CLINICS = Kind("clinics", Clinic, asks=(Ask(), Ask((), "name"), Ask(("region",), "name")))
CONSULTATIONS = Kind("consultations", Consultation, asks=(Ask(), Ask(("state",), "due_at")))

OF_A_CASE: tuple[Kind[Reminder] | Kind[Consultation], ...] = (REMINDERS, CONSULTATIONS)
"""What carries the id of its case, and goes when the case goes."""
