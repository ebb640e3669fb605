"""One case as a FHIR R4 bundle: the report, what doctors and models observed, the photos, the models as devices.

Answers of a model carry the security label AIAST, and what a doctor said knowing of one CLINAST_AIRPT, as HL7's AI
Transparency guide has it. The person is not named: we do not know them.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from dermaloop.knowledge.review_words import ReviewWords, review_words
from dermaloop.records import Case, ModelVersion, Prediction
from dermaloop.records.reviewing import Annotation, Review
from dermaloop.services.settling import counted

_SPACE = uuid.UUID("6f4b4c1c-6a0e-5d2e-9b0f-2f6d6a1f9d11")
_SECURITY = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue"
_CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
_UCUM = "http://unitsofmeasure.org"
_DIAGNOSES, _SITES = "urn:dermaloop:diagnosis", "urn:dermaloop:site"

Resource = dict[str, Any]


def bundle(
    case: Case, reviews: Sequence[Review], readings: Sequence[Annotation], *, locale: str, at: str, site: str
) -> Resource:
    """`site` is the address under which the pictures can be fetched by who may."""
    words = review_words(locale)
    photos = [_photo(case, review, site) for review in reviews]
    devices = [_device(model) for model in {p.model.sha256: p.model for p in case.predictions}.values()]
    doctors = [_reading(each, words) for each in readings]
    models = [_prediction(case, each, words) for each in case.predictions]
    report = _report(case, reviews, doctors + models, words, at)
    origin = {
        "resourceType": "Provenance",
        "id": _id(case.id, "provenance"),
        "target": [_to("DiagnosticReport", report["id"])],
        "recorded": at,
        "agent": [{"who": {"display": name}} for name in sorted({each.name for each in readings}) or ["Dermaloop"]],
    }
    resources = [report, *doctors, *models, *photos, *devices, origin]
    entries = [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in resources]
    return {"resourceType": "Bundle", "id": _id(case.id), "type": "collection", "timestamp": at, "entry": entries}


def _report(
    case: Case, reviews: Sequence[Review], results: Sequence[Resource], words: ReviewWords, at: str
) -> Resource:
    settled = [review.reference for review in reviews if review.reference]
    done = bool(reviews) and len(settled) == len(reviews)
    report: Resource = {
        "resourceType": "DiagnosticReport",
        "id": _id(case.id, "report"),
        "status": "final" if done else "preliminary",
        "code": {"text": "Review of photos of a skin lesion"},
        "effectiveDateTime": case.created_at,
        "issued": at,
        "result": [_to("Observation", each["id"]) for each in results],
        "media": [{"link": _to("Media", _id(case.id, "image", review.image_id))} for review in reviews],
    }
    if settled:
        said = [f"{words.diagnoses[each.diagnosis]} ({words.hows[each.how]})" for each in settled]
        report["conclusion"] = "; ".join(dict.fromkeys(said))
        codes = list(dict.fromkeys(each.diagnosis for each in settled))
        report["conclusionCode"] = [_concept(_DIAGNOSES, code, words.diagnoses[code]) for code in codes]
    return _without_nothing(report)


def _reading(annotation: Annotation, words: ReviewWords) -> Resource:
    found = counted(annotation)
    diagnosis = found.diagnosis or "cannot_tell"
    observation: Resource = {
        "resourceType": "Observation",
        "id": _id(annotation.id),
        "status": "amended" if found != annotation.blind else "final",
        "category": [_category("exam")],
        "code": {"text": "Diagnosis by a doctor from the photo"},
        "effectiveDateTime": annotation.submitted_at,
        "performer": [{"display": annotation.name}],
        "valueCodeableConcept": _concept(_DIAGNOSES, diagnosis, words.diagnoses[diagnosis]),
        "bodySite": _concept(_SITES, found.site, words.sites[found.site]),
        "method": {"text": words.confirmations[found.confirmed_by]},
        "note": [{"text": found.notes}] if found.notes else [],
        "derivedFrom": [_to("Media", _id(annotation.case_id, "image", annotation.review_id.rpartition("-")[2]))],
    }
    if annotation.after_model:
        observation["meta"] = _security("CLINAST_AIRPT")
    return _without_nothing(observation)


def _prediction(case: Case, prediction: Prediction, words: ReviewWords) -> Resource:
    """One component for every label, with its probability."""
    names: dict[str, str] = {str(code): name for code, name in words.diagnoses.items()}
    parts = [
        {
            "code": _concept(_DIAGNOSES, code, names.get(code, code)),
            "valueQuantity": {"value": round(p, 6), "unit": "probability", "system": _UCUM, "code": "1"},
        }
        for code, p in sorted(prediction.probabilities.items(), key=lambda pair: -pair[1])
    ]
    return {
        "resourceType": "Observation",
        "id": _id(case.id, prediction.image_id, prediction.model.sha256),
        "meta": _security("AIAST"),
        "status": "final",
        "category": [_category("imaging")],
        "code": {"text": f"What the model {prediction.model.name} resembles the lesion to ({prediction.status})"},
        "effectiveDateTime": case.created_at,
        "device": _to("Device", _id(prediction.model.sha256)),
        "component": parts,
        "derivedFrom": [_to("Media", _id(case.id, "image", prediction.image_id))],
    }


def _photo(case: Case, review: Review, site: str) -> Resource:
    address = f"{site}/api/review/images/{review.id}/picture"
    return {
        "resourceType": "Media",
        "id": _id(case.id, "image", review.image_id),
        "status": "completed",
        "createdDateTime": case.created_at,
        "height": review.height,
        "width": review.width,
        "content": {"contentType": "image/jpeg", "url": address},
    }


def _device(model: ModelVersion) -> Resource:
    return {
        "resourceType": "Device",
        "id": _id(model.sha256),
        "identifier": [{"system": "urn:dermaloop:sha256", "value": model.sha256}],
        "deviceName": [{"name": f"Dermaloop {model.name}", "type": "model-name"}],
        "version": [{"value": model.version}],
    }


def _concept(system: str, code: str, text: str) -> Resource:
    return {"coding": [{"system": system, "code": code, "display": text}], "text": text}


def _category(code: str) -> Resource:
    return {"coding": [{"system": _CATEGORY, "code": code}]}


def _security(code: str) -> Resource:
    return {"security": [{"system": _SECURITY, "code": code}]}


def _to(kind: str, resource: str) -> Resource:
    return {"reference": f"urn:uuid:{resource}", "type": kind}


def _id(*parts: str) -> str:
    """The same resource has the same id in every bundle."""
    return str(uuid.uuid5(_SPACE, "/".join(parts)))


def _without_nothing(resource: Resource) -> Resource:
    return {name: value for name, value in resource.items() if value != []}
