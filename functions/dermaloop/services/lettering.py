"""Puts a consultation into a letter to print: what was sent, what was asked, what the doctor says, where to go."""

from dataclasses import dataclass

from dermaloop.errors import Conflict, NotFound
from dermaloop.knowledge.letters import LetterWords, letters
from dermaloop.ports import World
from dermaloop.records import Case
from dermaloop.records.following import Consultation, Message
from dermaloop.services import consulting


@dataclass(frozen=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True)
class Letter:
    """A letter in one language, ready to be set."""

    locale: str
    title: str
    about: str
    photo: bytes | None
    photo_caption: str
    sections: tuple[Section, ...]
    footer: str


def write_letter(consultation: Consultation, case: Case, *, world: World) -> Letter:
    """Only what a doctor has answered becomes a letter."""
    spoken = [message for message in consultation.messages if message.author == "doctor"]
    if not spoken:
        raise Conflict("No doctor has answered yet.")
    said = letters(consultation.locale).letter
    return Letter(
        locale=consultation.locale,
        title=said.referral_title if consultation.referral else said.title,
        about=f"{said.case} {case.id}, {said.asked} {consultation.asked_at[:10]}",
        photo=_photo(consultation, case, world),
        photo_caption=said.photo,
        sections=tuple(_sections(consultation, case, spoken, said)),
        footer=said.footer,
    )


def _sections(consultation: Consultation, case: Case, spoken: list[Message], said: LetterWords) -> list[Section]:
    asked = [message.text for message in consultation.messages if message.author == "patient"]
    sections = [Section(said.said_by_patient, tuple(asked)), Section(said.said_by_doctor, tuple(_dated(spoken)))]
    if consultation.referral:
        sections.insert(0, _referral(consultation, said))
    if consultation.impressions:  # whoever wrote had thought for themselves before they saw it
        sections.append(Section(said.models, (*_found(case), said.models_caution)))
    return [*sections, Section(said.signed, (consultation.answered_by,))]


def _referral(consultation: Consultation, said: LetterWords) -> Section:
    assert consultation.referral is not None  # noqa: S101
    clinic = consultation.referral.clinic
    lines = [clinic.name, clinic.address, said.within.format(days=consultation.referral.within_days)]
    return Section(said.refers, tuple(lines + ([said.phone.format(phone=clinic.phone)] if clinic.phone else [])))


def _found(case: Case) -> list[str]:
    """The ranked labels as the person was told them, in their own language."""
    ranked = case.answer.get("probabilities", ())
    return [f"{each['name']}: {each['probability']:.0%}" for each in ranked[:3]]


def _dated(messages: list[Message]) -> list[str]:
    return [f"{message.at[:10]}: {message.text}" for message in messages]


def _photo(consultation: Consultation, case: Case, world: World) -> bytes | None:
    """The newest picture that can still be read."""
    names = consulting.photos(consultation, case)
    for name in reversed(names):
        try:
            return consulting.shown(consultation, case, name, world=world)
        except NotFound:
            continue
    return None
