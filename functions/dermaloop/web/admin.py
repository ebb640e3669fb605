"""What admins do: models, runs, people, dead letters, statistics, the audit trail."""

from dermaloop.web import clinics
from dermaloop.web.endpoints import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (*clinics.FOR_ADMINS,)
