"""Finds a term although one stroke of it slipped: a wrong character in Chinese, a wrong letter (jamo) in Korean."""

import unicodedata

SHORTEST = {"zh-TW": 4, "ko": 8}
"""Shorter terms have too many neighbours that mean something else."""
_DENIALS = frozenset("不沒無未")


def slipped_at(text: str, term: str, locale: str) -> tuple[int, int] | None:
    """Where in the text the term stands with exactly one sign replaced, as characters from and to."""
    letters, wanted = _letters(text, locale), _letters(term, locale)
    if len(wanted) < SHORTEST[locale]:
        return None
    half = len(wanted) // 2
    for part, offset in ((wanted[:half], 0), (wanted[half:], half)):  # one slip leaves one half as it was
        at = letters.find(part)
        while at >= 0:
            start = at - offset
            if start >= 0 and _one_off(letters[start : start + len(wanted)], wanted):
                return _whole(letters, start), _whole(letters, start + len(wanted))
            at = letters.find(part, at + 1)
    return None


def _one_off(found: str, wanted: str) -> bool:
    """A sign that denies is no slip."""
    if len(found) != len(wanted):
        return False
    wrong = [one for one, other in zip(found, wanted, strict=True) if one != other]
    return len(wrong) == 1 and wrong[0] not in _DENIALS


def _letters(text: str, locale: str) -> str:
    return unicodedata.normalize("NFD", text) if locale == "ko" else text


def _whole(letters: str, at: int) -> int:
    """The same place counted in whole characters."""
    return len(unicodedata.normalize("NFC", letters[:at]))
