"""Decides whether a candidate may follow the champion: each rule a line with its verdict, on the same frozen test."""

from collections.abc import Iterator
from math import isfinite
from typing import Any, NamedTuple

from model_export.calibrate import SENSITIVITY
from model_export.errors import ExportError
from model_export.recipe import Bars


class Verdict(NamedTuple):
    """One rule: what was found, what was asked, and whether that is enough."""

    rule: str
    found: str
    asked: str
    passed: bool

    def __str__(self) -> str:
        return f"{'pass' if self.passed else 'FAIL'}  {self.rule}: {self.found} (asked: {self.asked})"


def judge(
    candidate: dict[str, Any], champion: dict[str, Any] | None, bars: Bars, *, latency_ratio: float | None
) -> list[Verdict]:
    """All rules, from the two reports; without a champion only the absolute ones."""
    if champion is not None and champion["data"]["digest"] != candidate["data"]["digest"]:
        raise ExportError("candidate and champion were measured on different data; evaluate both on the same snapshot")
    outlines = candidate["model"].get("kind") == "segmenter"
    verdicts = [*_sound(candidate, bars), *(_covering if outlines else _telling)(candidate, bars)]
    if latency_ratio is not None:
        asked = f"at most {bars.slowest} x plain MobileNetV2 int8"
        verdicts.append(Verdict("latency", f"{latency_ratio:.2f} x", asked, latency_ratio <= bars.slowest))
    if champion is not None:
        for source in sorted(candidate["test"].keys() & champion["test"].keys()):
            follows = _outlines_against if outlines else _against
            verdicts += follows(candidate["test"][source], champion["test"][source], source, bars)
    return verdicts


def _sound(candidate: dict[str, Any], bars: Bars) -> Iterator[Verdict]:
    """What any model must be: small, and deaf to pictures without skin."""
    size = candidate["model"]["bytes"]
    yield Verdict("size", f"{size / 1e6:.2f} MB", f"at most {bars.most_bytes / 1e6} MB", size <= bars.most_bytes)
    if (found := candidate.get("not_skin")) is not None:
        refused, lesions = found["refused"], max(found["lesions_refused"].values())
        passed = refused >= bars.oddities_refused and lesions <= bars.lesions_refused
        asked = f"at least {bars.oddities_refused:.0%}, lesions at most {bars.lesions_refused:.0%}"
        yield Verdict("pictures without skin are refused", f"{refused:.1%}, lesions {lesions:.1%}", asked, passed)


def _telling(candidate: dict[str, Any], bars: Bars) -> Iterator[Verdict]:
    """What a classifier must reach by itself."""
    main = candidate["test"][headline_source(candidate)]
    error = main["figures"]["ece"][0]
    yield Verdict("calibration (ECE)", f"{error:.3f}", f"at most {bars.calibration}", error <= bars.calibration)
    silent = [
        code
        for index, (code, pictures) in enumerate(main["support"].items())
        if pictures and not any(row[index] for row in main["confusion"])
    ]
    yield Verdict("every class is predicted", f"never: {', '.join(silent) or 'none'}", "none", not silent)
    if (found := candidate.get("quantization")) is not None:
        loss = found["float"]["balanced_accuracy"] - found["int8"]["balanced_accuracy"]
        yield Verdict("int8 against float", f"{loss:+.4f} lost", f"at most {bars.int8_loss}", loss <= bars.int8_loss)


def _covering(candidate: dict[str, Any], bars: Bars) -> Iterator[Verdict]:
    """What a segmenter must reach by itself, on soft copies and sharp ones."""
    for source, found in sorted(candidate["test"].items()):
        for name, least in (("iou", bars.least_iou), ("dice", bars.least_dice)):
            value = found["figures"][name][0]
            yield Verdict(f"{name}, {source}", f"{value:.3f}", f"at least {least}", value >= least)
    if (found := candidate.get("quantization")) is not None:
        loss = found["float"]["iou"] - found["int8"]["iou"]
        yield Verdict("int8 against float", f"{loss:+.4f} lost", f"at most {bars.int8_loss}", loss <= bars.int8_loss)


def _outlines_against(
    candidate: dict[str, Any], champion: dict[str, Any], source: str, bars: Bars
) -> Iterator[Verdict]:
    for name in ("iou", "accepted"):
        new, old = candidate["figures"][name][0], champion["figures"][name][0]
        yield _no_worse(f"{name}, {source}", new, old, bars.iou_loss)


def _against(candidate: dict[str, Any], champion: dict[str, Any], source: str, bars: Bars) -> Iterator[Verdict]:
    new, old = candidate["figures"], champion["figures"]
    yield _no_worse(
        f"balanced accuracy, {source}", new["balanced_accuracy"][0], old["balanced_accuracy"][0], bars.balanced_loss
    )
    if _known("malignant_sensitivity", new, old):
        asked = min(old["malignant_sensitivity"][0], SENSITIVITY)  # beyond the target a champion had luck, not merit
        yield _no_worse(
            f"malignant sensitivity, {source}", new["malignant_sensitivity"][0], asked, bars.sensitivity_loss
        )
    for code in candidate["support"]:
        if _known(f"{code}.recall", new, old):
            yield _no_worse(
                f"recall of {code}, {source}", new[f"{code}.recall"][0], old[f"{code}.recall"][0], bars.recall_loss
            )


def _known(name: str, *figures: dict[str, Any]) -> bool:
    """Whether the test had a picture that tells."""
    values = [found[name][0] if name in found else None for found in figures]
    return all(value is not None and isfinite(value) for value in values)


def _no_worse(rule: str, new: float, old: float, allowed: float) -> Verdict:
    return Verdict(rule, f"{new:.3f}", f"{old:.3f} less {allowed}", new >= old - allowed - 1e-9)


def headline_source(report: dict[str, Any]) -> str:
    """The copies with the most pictures: the figures by which a model is known."""
    return str(max(report["test"], key=lambda source: report["test"][source]["pictures"]))


def passed(verdicts: list[Verdict]) -> bool:
    return all(verdict.passed for verdict in verdicts)
