"""What the scheduler calls: finds what was left behind, and what is due."""

from dermaloop.web.endpoints import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = ()
