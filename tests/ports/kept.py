"""A case and an audit entry with everything in them that a store could lose."""

import random

import msgspec

from dermaloop.contract.questions import Answers
from dermaloop.records import AuditEntry, Case, LesionImage, ModelVersion, Prediction


def case(case_id: str = "c1") -> Case:
    prediction = Prediction(
        image_id="1",
        model=ModelVersion("disease", "1", "ab"),
        status="answered",
        probabilities={"nv": 0.75, "mel": 0.25},
        malignant_probability=0.25,
        quality_issues=("blurred",),
        embedding=(0.5, -1.0),
    )
    return Case(
        id=case_id,
        created_at="2026-11-20T10:00:00.000Z",
        function="predict_disease",
        token_sha256="t",
        images=(LesionImage(id="1", sha256="s", width=3, height=2),),
        predictions=(prediction,),
        answer={"label": "nv", "probabilities": [{"label": "nv", "name": "黑色素細胞痣", "probability": 0.75}]},
    )


def full_case(case_id: str = "full") -> Case:
    """Three photos read by two models, with what is hard to store: long embeddings, depth, floats that are whole."""
    numbers = random.Random(case_id)
    predictions = tuple(
        Prediction(
            image_id=str(image),
            model=ModelVersion(model, "2026.11.20-1", "f" * 64),
            status="uncertain",
            probabilities={code: numbers.random() for code in ("akiec", "bcc", "bkl", "df", "mel", "nv", "vasc")},
            malignant_probability=1.0,
            quality_issues=("blurred", "cut_off"),
            embedding=tuple(round(numbers.gauss(0, 10), 4) for _ in range(1280)),
        )
        for image in (1, 2, 3)
        for model in ("malignancy", "disease")
    )
    images = tuple(
        LesionImage(id=str(n), sha256="e" * 64, width=4000, height=3000, blob=f"images/{case_id}/{n}.jpg")
        for n in (1, 2, 3)
    )
    nested = {"photos": [{"readings": [{"deep": [[1, 1.0], [], {}]}], "heatmap": None, "a.b`c": "ä\u0000\n"}], "": True}
    answers = Answers(age=61, site="sole", bleeding=False, growing_fast=True, emergency_signs=("self_harm",))
    return msgspec.structs.replace(
        case(case_id), images=images, predictions=predictions, answer=nested, answers=answers
    )


def entry(action: str = "create", subject: str = "case:c1") -> AuditEntry:
    return AuditEntry(at="2026-11-20T10:00:00.000Z", actor="patient", action=action, subject=subject)
