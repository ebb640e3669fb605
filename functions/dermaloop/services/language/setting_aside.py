"""Finds the clauses that tell of the past, of others, of what was read or might be: they report no emergency."""

import re
from bisect import bisect_right
from collections.abc import Iterator

from dermaloop.knowledge.lexicon import lexicons
from dermaloop.knowledge.phrases import phrases

_JOINTS = re.compile(r"\b(?:and|but|so|then|now|yet|while)\b", re.ASCII)

_OPENING = re.compile(r"[\s,.;:!?]*(?:(?:and|but|so|now|then|it is|it|i am|he is|she is|they are|that is) )*", re.ASCII)

Stretch = tuple[int, int]


def set_aside(text: str) -> list[Stretch]:
    """From where to where; a clause that also speaks of now is heard like any other.

    No longer than a clause, since people tell what they had once and what they have now in one breath.
    """
    unconcerned = any(one.unconcerned.search(text) for one in phrases())
    passed = any(one.over.search(text) for one in phrases())
    if not unconcerned and not passed and not any(one.remote.search(text) for one in phrases()):
        return []
    clauses = list(_clauses(text))
    following = [*clauses[1:], None]
    return [
        clause
        for clause, after in zip(clauses, following, strict=True)
        if _far(text, clause, unconcerned) or (passed and (_over(text, clause) or _over_after(text, after)))
    ]


def _over(text: str, clause: Stretch) -> bool:
    return any(one.over.search(text, *clause) for one in phrases())


def _over_after(text: str, clause: Stretch | None) -> bool:
    """Whether a clause says that all of what came before has passed: of a thing it names, it says no more than that."""
    if clause is None:
        return False
    start = max((one.end() for one in _joints_at(text, clause[0])), default=clause[0])
    opening = _OPENING.match(text, start)
    return any(one.over.match(text, opening.end() if opening else start, clause[1]) for one in phrases())


def _joints_at(text: str, place: int) -> Iterator[re.Match[str]]:
    found = (expression.match(text, place) for expression in (_JOINTS, *(one.breaks for one in lexicons())))
    return (one for one in found if one)


def _far(text: str, clause: Stretch, unconcerned: bool) -> bool:
    if any(one.present.search(text, *clause) for one in phrases()):
        return False
    told = (one.remote.search(text, *clause) or (unconcerned and one.others.search(text, *clause)) for one in phrases())
    return any(told)


def lies_in(stretches: list[Stretch], start: int, end: int) -> bool:
    """Whether all of a place was set aside."""
    before = bisect_right(stretches, start, key=lambda stretch: stretch[0])
    return before > 0 and end <= stretches[before - 1][1]


def _clauses(text: str) -> Iterator[Stretch]:
    ends = {
        match.start()
        for expression in (_JOINTS, *(one.breaks for one in lexicons()))
        for match in expression.finditer(text)
    }
    start = 0
    for end in sorted({*ends, len(text)}):
        if end > start:
            yield start, end
        start = end
