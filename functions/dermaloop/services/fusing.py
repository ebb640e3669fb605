"""Joins the photo's risk with age, sex and site, where that was fitted for the very model that answered."""

from collections.abc import Sequence

from dermaloop.answers import Risk
from dermaloop.contract.fusion import fused, known
from dermaloop.contract.questions import Answers
from dermaloop.knowledge import fusion
from dermaloop.services.reading import ModelReading
from dermaloop.services.triaging import Ground


def fuse(readings: Sequence[ModelReading], answers: Answers | None) -> Risk | None:
    """The joint risk of the most worrying photo; none where nothing was answered or another model was fitted."""
    fitted = fusion()
    if fitted is None or answers is None or not (used := known(answers)):
        return None
    risks = [
        fused(fitted, reading.malignant_probability, answers)
        for reading in readings
        if reading.manifest.sha256 == fitted.sha256
        and reading.malignant_probability is not None
        and reading.status != "not_skin"
    ]
    return Risk(max(risks), fitted.threshold, used) if risks else None


def raised(risk: Risk | None) -> list[Ground]:
    """The joint risk can only add care: a person's age never talks a suspicious photo down."""
    return [Ground("risk_raised", "routine")] if risk and risk.probability >= risk.threshold else []
