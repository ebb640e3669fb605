"""Cases as people leave them behind, for tests of what goes on about a case afterwards."""

import secrets

from dermaloop.answers import Answer
from dermaloop.ports import World
from dermaloop.services.keeping import Consent, Request
from dermaloop.services.predicting import predict
from tests.pictures import jpeg


def kept_case(world: World, *, stored: bool = True, locale: str = "en") -> Answer:
    """An answered case with its token."""
    request = Request(function="predict_disease", consent=Consent(store_image=stored), key=secrets.token_hex(8))
    return predict(image=jpeg(), model="disease", crop=None, explain=False, locale=locale, request=request, world=world)
