"""What doctors do: the queue, readings, adjudication, agreement, exports."""

from dermaloop.web import clinics, review_consultations
from dermaloop.web.endpoints import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (*review_consultations.ENDPOINTS, *clinics.FOR_DOCTORS)
