"""How a request for one model becomes a call of the predicting service; every prediction endpoint shares it."""

from dermaloop.answers import Answer
from dermaloop.services.keeping import Function, Request
from dermaloop.services.predicting import predict
from dermaloop.web.bodies import decode_picture
from dermaloop.web.endpoints import EXAMPLE_PICTURE, Call, Endpoint
from dermaloop.web.requests import PredictRequest

ERRORS = (
    "invalid_json",
    "invalid_request",
    "invalid_base64",
    "conflict",
    "too_large",
    "unsupported_media",
    "invalid_image",
    "rate_limited",
    "model_unavailable",
)

EXAMPLES = {
    "smallest": {"image": EXAMPLE_PICTURE},
    "everything": {
        "image": EXAMPLE_PICTURE,
        "crop": {"x": 0.1, "y": 0.1, "width": 0.8, "height": 0.8},
        "explain": True,
        "store_image": False,
        "locale": "zh-TW",
    },
}


def predict_with(call: Call, model: str, function: Function) -> Answer:
    asked: PredictRequest = call.body
    return predict(
        image=decode_picture(asked.image, path="$.image"),
        model=model,
        crop=asked.crop,
        explain=asked.explain,
        outline=asked.outline,
        locale=asked.locale,
        request=Request(function=function, consent=asked.consent, key=call.idempotency_key, digest=call.digest),
        world=call.world,
    )


def prediction_endpoint(path: str, model: str, function: Function, summary: str) -> Endpoint:
    return Endpoint(
        method="POST",
        path=path,
        sign_in="nobody",
        handle=lambda call: predict_with(call, model, function),
        keyed=True,
        summary=summary,
        takes=PredictRequest,
        examples=EXAMPLES,
        gives=Answer,
        errors=ERRORS,
    )
