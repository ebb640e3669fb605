"""What a doctor's diagnosis says to the models: the seven that HAM10000 knows, and what it counts under them.

The wider names (knowledge/diagnoses.json) follow the description of its classes (Tschandl et al., Scientific Data
5:180161, 2018, doi:10.1038/sdata.2018.161); a diagnosis that has no place there trains nothing.
"""

from collections.abc import Sequence

from dermaloop.knowledge.review_words import meanings
from dermaloop.records.reviewing import Annotation, Reference
from dermaloop.records.shapes import Shape
from dermaloop.services.settling import counted


def labels_of(reference: Reference) -> dict[str, str]:
    """By model; empty where the diagnosis is none that the models know."""
    meaning = meanings()[reference.diagnosis]
    if meaning.disease is None:
        return {}
    return {"disease": meaning.disease, "malignancy": "malignant" if meaning.malignant else "benign"}


def shapes_of(annotations: Sequence[Annotation]) -> tuple[Shape, ...]:
    """The last reader's who drew any."""
    return next((shapes for each in reversed(annotations) if (shapes := counted(each).shapes)), ())
