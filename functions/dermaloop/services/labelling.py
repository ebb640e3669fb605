"""What a doctor's diagnosis says to the models: the seven that HAM10000 knows, and what it counts under them.

The wider names follow the description of its classes (Tschandl et al., Scientific Data 5:180161, 2018,
doi:10.1038/sdata.2018.161); a diagnosis that has no place there trains nothing.
"""

from collections.abc import Sequence

from dermaloop.contract.labels import VOCABULARIES, read_vocabulary
from dermaloop.records.findings import SEVEN, Diagnosis
from dermaloop.records.reviewing import Annotation, Reference
from dermaloop.records.shapes import Shape

_WIDER: dict[Diagnosis, str] = {
    "actinic_keratosis": "akiec",
    "bowen_disease": "akiec",
    "lentigo_maligna": "mel",
    "dysplastic_naevus": "nv",
    "blue_naevus": "nv",
    "spitz_naevus": "nv",
    "seborrhoeic_keratosis": "bkl",
    "solar_lentigo": "bkl",
    "lichenoid_keratosis": "bkl",
    "haemangioma": "vasc",
    "angiokeratoma": "vasc",
    "pyogenic_granuloma": "vasc",
    "haemorrhage": "vasc",
}
_MALIGNANT = {label.code for label in read_vocabulary(VOCABULARIES / "disease.json").labels if label.malignant}


def labels_of(reference: Reference) -> dict[str, str]:
    """By model; empty where the diagnosis is none that the models know."""
    code = reference.diagnosis if reference.diagnosis in SEVEN else _WIDER.get(reference.diagnosis)
    if code is None:
        return {}
    return {"disease": code, "malignancy": "malignant" if code in _MALIGNANT else "benign"}


def shapes_of(annotations: Sequence[Annotation]) -> tuple[Shape, ...]:
    """The last reader's who drew any; what was changed after seeing the model's answer counts once confirmed."""
    for annotation in reversed(annotations):
        seen = annotation.after_model and not annotation.amendment_confirmed_by
        findings = annotation.blind if seen and annotation.blind is not None else annotation.findings
        if findings.shapes:
            return findings.shapes
    return ()
