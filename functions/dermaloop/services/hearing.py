"""Puts what was ticked and what was written together, so that neither can make the other calmer."""

from dataclasses import dataclass

from dermaloop.advice import Understood
from dermaloop.contract.questions import Answers
from dermaloop.services.questioning import Flag, red_flags
from dermaloop.services.triaging import Ground


@dataclass(frozen=True)
class Heard:
    """All a person said of a spot, with what follows from it."""

    answers: Answers | None
    flags: tuple[Flag, ...]
    grounds: tuple[Ground, ...]
    understood: Understood | None


def hear(answers: Answers | None, story: str) -> Heard:
    """What was ticked stands; a story fills the fields left open, and where it differs it can only add care."""
    if not story.strip():
        return Heard(answers, tuple(red_flags(answers)) if answers else (), (), None)
    from dermaloop.services.understanding import understand  # only a story is worth loading its words

    understood = understand(story, ticked=answers)
    grounds = (Ground("story_differs", "routine"),) if understood.conflicts else ()
    return Heard(understood.answers, tuple(red_flags(understood.answers)), grounds, understood)
