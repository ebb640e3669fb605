"""Judges a photo: what is wrong with it, and whether it can be relied on all the same."""

from dermaloop.answers import IssueCode, Quality, QualityIssue
from dermaloop.contract.manifest import QualityLimits
from dermaloop.contract.measures import Measures
from dermaloop.knowledge import words

FRAMING: frozenset[IssueCode] = frozenset({"lesion_small", "cut_off", "off_centre"})


def issues(measures: Measures, side: int, limits: QualityLimits) -> tuple[IssueCode, ...]:
    """Every issue of a photo whose looked-at square had `side` pixels, the gravest kind first."""
    found: dict[IssueCode, bool] = {
        "too_small": side < limits.min_side,
        "too_dark": measures.brightness < limits.min_brightness,
        "too_bright": measures.brightness > limits.max_brightness,
        "clipped": measures.clipped > limits.max_clipped,
        "low_contrast": measures.contrast < limits.min_contrast,
        "blurred": measures.sharpness < limits.min_sharpness,
        "lesion_small": measures.lesion_area < limits.min_lesion_area,
        "cut_off": measures.border_touch > limits.max_border_touch,
        "off_centre": measures.off_centre > limits.max_off_centre,
    }
    return tuple(code for code, present in found.items() if present)


def acceptable(found: tuple[IssueCode, ...]) -> bool:
    """Framing can be told from the lesion only roughly, so it earns a tip but no refusal."""
    return FRAMING.issuperset(found)


def describe(found: tuple[IssueCode, ...], *, locale: str) -> Quality:
    tips = words(locale).quality
    return Quality(acceptable=acceptable(found), issues=[QualityIssue(code, tips[code]) for code in found])
