"""Two photos of one lesion, the earlier and the later: what has changed."""

from dermaloop.knowledge import nearest_locale
from dermaloop.services.revisiting import Revisit, Sight, revisit
from dermaloop.web import predicting
from dermaloop.web.bodies import decode_picture
from dermaloop.web.endpoints import EXAMPLE_PICTURE, Call, Endpoint
from dermaloop.web.requests import CompareRequest, ScaledPhoto


def _compare(call: Call) -> Revisit:
    asked: CompareRequest = call.body
    return revisit(
        earlier=_sight(asked.earlier, "$.earlier.image"),
        later=_sight(asked.later, "$.later.image"),
        locale=nearest_locale(asked.locale),
        world=call.world,
    )


def _sight(photo: ScaledPhoto, path: str) -> Sight:
    return Sight(decode_picture(photo.image, path=path), photo.width_mm)


ENDPOINTS = (
    Endpoint(
        "POST",
        "/api/compare",
        sign_in="nobody",
        handle=_compare,
        summary="What changed between two photos of one lesion, and how soon to show it; nothing is kept.",
        takes=CompareRequest,
        examples={
            "both 30 mm wide": {
                "earlier": {"image": EXAMPLE_PICTURE, "width_mm": 30},
                "later": {"image": EXAMPLE_PICTURE, "width_mm": 30},
            }
        },
        gives=Revisit,
        errors=tuple(code for code in predicting.ERRORS if code != "conflict"),
    ),
)
