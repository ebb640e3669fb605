"""Takes events of the bus: an annotation was saved, a training was requested, a candidate was published."""

from dermaloop.web.endpoints import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = ()
