"""What doctors do: the queue, readings, adjudication, agreement, exports."""

from dermaloop.web.endpoints import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = ()
