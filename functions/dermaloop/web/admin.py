"""What admins do: models, runs, people, dead letters, statistics, the audit trail."""

from dermaloop.web.endpoints import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = ()
