"""Lets another voice word what an article says, and takes its words only if every fact survived."""

import logging
import re

from dermaloop.knowledge.articles import talk
from dermaloop.ports import Wording

_log = logging.getLogger("dermaloop.wording")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_TITLE = re.compile(r"[“《‘](.+?)[”》’]")
_LONGEST = 2.0


def reworded(text: str, *, locale: str, wording: Wording | None) -> str:
    """The text in other words, or as it stands: where nobody words it, where that failed, or where a fact was lost."""
    if wording is None:
        return text
    offered = wording.reword(text, locale=locale)
    if offered is None:
        return text
    if (broken := broken_rule(text, offered, locale=locale)) is not None:
        _log.warning("a rewording was not taken: %s", broken)
        return text
    return offered.strip()


def broken_rule(text: str, offered: str, *, locale: str) -> str | None:
    """Why a rewording cannot be taken: the numbers, the article's name, the length and the promises are checked."""
    if sorted(_NUMBER.findall(text)) != sorted(_NUMBER.findall(offered)):
        return "its numbers differ"
    if any(title not in offered for title in _TITLE.findall(text)):
        return "it does not name the article"
    if not offered.strip() or len(offered) > _LONGEST * len(text):
        return "its length is out of proportion"
    spoken = f" {offered.lower()} "
    if any(phrase in spoken for phrase in talk(locale).forbidden):
        return "it promises or diagnoses"
    return None
