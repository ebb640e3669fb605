"""What doctors work with: the queue, their readings, what people ask them, what came of it all."""

from dermaloop.web import (
    clinics,
    review_consultations,
    review_exports,
    review_figures,
    review_queue,
    review_quiz,
    review_reading,
)
from dermaloop.web.endpoints import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (
    *review_queue.ENDPOINTS,
    *review_reading.ENDPOINTS,
    *review_figures.ENDPOINTS,
    *review_exports.ENDPOINTS,
    *review_quiz.ENDPOINTS,
    *review_consultations.ENDPOINTS,
    *clinics.FOR_DOCTORS,
)
