"""Tells whether a text says of something that it is not there."""

import re

from dermaloop.knowledge.lexicon import Lexicon
from dermaloop.services.language.normalising import unspaced

_WINDOW = 60
_LIST = re.compile(
    r"\b(?:no|not|without|never|nor)\b(?P<all>(?: [\w'-]+){1,3}"
    r"(?:, (?:or |nor )?[\w'-]+(?: (?!n?or\b)[\w'-]+)?)+(?: (?:or|nor) [\w'-]+(?: [\w'-]+)?)?)",
    re.ASCII,
)
_STATING = re.compile(r"\b(?:i|my|is|are|am|was|it|its|has|have|had|but|the|now|he|she|we|they)\b", re.ASCII)


class Denials:
    """One text as one lexicon reads it."""

    def __init__(self, lexicon: Lexicon, text: str) -> None:
        self._lexicon, self._text = lexicon, text
        lists = _LIST.finditer(text) if lexicon.locale == "en" else ()
        self._listed = [(m.start("all"), m.end("all")) for m in lists if not _STATING.search(m["all"])]

    def cover(self, start: int, end: int, *, after: int = 0, before: int | None = None) -> bool:
        """Whether a word of denial stands before or after the place, inside the same clause, or a list denies it.

        Only the words from `after` and up to `before` are heard, where other words of the same sign stand around.
        """
        if any(first <= start < last for first, last in self._listed):
            return True
        lead = self._written(self._text[max(after, start - _WINDOW) : start])
        if self._lexicon.before.search(self._lexicon.breaks.split(lead)[-1]):
            return True
        rest = self._written(self._text[end : end + _WINDOW if before is None else min(before, end + _WINDOW)])
        return self._lexicon.after.search(self._lexicon.breaks.split(rest)[0]) is not None

    def _written(self, part: str) -> str:
        """As the lexicon expects it: only English is read with its spaces."""
        return part if self._lexicon.locale == "en" else unspaced(part)
