"""The assessment of one lesion, the open registry of models, and the description of the whole API."""

from typing import Any

import msgspec
from werkzeug.wrappers import Response

from dermaloop.answers import Answer, Assessment, OutlineAnswer
from dermaloop.services.assessing import Picture, assess
from dermaloop.services.keeping import Request
from dermaloop.services.listing import ModelList, list_models
from dermaloop.web import compare, predicting
from dermaloop.web.bodies import decode_picture
from dermaloop.web.endpoints import EXAMPLE_PICTURE, Call, Endpoint
from dermaloop.web.requests import AssessRequest, OutlineRequest, PredictRequest


def _assess(call: Call) -> Assessment:
    asked: AssessRequest = call.body
    pictures = [
        Picture(decode_picture(photo.image, path=f"$.images[{index}].image"), photo.crop)
        for index, photo in enumerate(asked.images)
    ]
    request = Request(function="assess", consent=asked.consent, key=call.idempotency_key, digest=call.digest)
    return assess(
        pictures=pictures,
        explain=asked.explain,
        outline=asked.outline,
        locale=asked.locale,
        answers=asked.answers,
        story=asked.story,
        request=request,
        world=call.world,
    )


def _outline(call: Call) -> OutlineAnswer:
    from dermaloop.services.locating import outline_picture

    asked: OutlineRequest = call.body
    return outline_picture(
        image=decode_picture(asked.image, path="$.image"),
        width_mm=asked.width_mm,
        locale=asked.locale,
        world=call.world,
    )


def _models(call: Call) -> ModelList:
    return list_models(world=call.world)


def _predict(call: Call) -> Answer:
    return predicting.predict_with(call, call.path["name"], "predict")


def _openapi(_call: Call) -> Any:
    from dermaloop.web.openapi import document

    return Response(msgspec.json.encode(document()), mimetype="application/json")


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "POST",
        "/api/assess",
        sign_in="nobody",
        handle=_assess,
        keyed=True,
        summary="One answer from one to three photos of one lesion and both models.",
        takes=AssessRequest,
        examples={
            "two photos": {"images": [{"image": EXAMPLE_PICTURE}] * 2, "locale": "ko"},
            "a photo and answers": {
                "images": [{"image": EXAMPLE_PICTURE}],
                "answers": {"age": 61, "sex": "male", "site": "back", "changed_size": True, "bleeding": False},
                "story": "It bled twice last week.",
            },
        },
        gives=Assessment,
        errors=predicting.ERRORS,
    ),
    Endpoint(
        "POST",
        "/api/outline",
        sign_in="nobody",
        handle=_outline,
        summary="Where the lesion lies, a good crop around it, and figures of its shape and colours; nothing is kept.",
        takes=OutlineRequest,
        examples={"a photo 30 mm wide": {"image": EXAMPLE_PICTURE, "width_mm": 30}},
        gives=OutlineAnswer,
        errors=tuple(code for code in predicting.ERRORS if code != "conflict"),
    ),
    Endpoint(
        "GET",
        "/api/models",
        sign_in="nobody",
        handle=_models,
        summary="Every model that can be asked.",
        gives=ModelList,
    ),
    Endpoint(
        "POST",
        "/api/models/{name}/predict",
        sign_in="nobody",
        handle=_predict,
        keyed=True,
        summary="What one model of the registry says of a photo.",
        takes=PredictRequest,
        examples=predicting.EXAMPLES,
        gives=Answer,
        errors=("not_found", *predicting.ERRORS),
    ),
    Endpoint(
        "GET",
        "/api/openapi.json",
        sign_in="nobody",
        handle=_openapi,
        summary="This document.",
        gives="application/json",
    ),
    *compare.ENDPOINTS,
)
