"""What the scheduler calls: finds what was left behind, and what is due."""

from dermaloop.services import sweeping
from dermaloop.web.endpoints import Call, Endpoint


def _sweep(call: Call) -> sweeping.Swept:
    return sweeping.sweep(world=call.world)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        "POST",
        "/api/sweep",
        sign_in="service",
        handle=_sweep,
        summary="Look after everything once.",
        gives=sweeping.Swept,
        errors=("rate_limited", "store_unavailable"),
    ),
)
