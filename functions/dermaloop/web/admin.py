"""What admins do: models, runs, people, dead letters, statistics, the audit trail."""

from dermaloop.web import admin_house, admin_images, admin_models, admin_runs, clinics
from dermaloop.web.endpoints import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = (
    *admin_models.ENDPOINTS,
    *admin_runs.ENDPOINTS,
    *admin_house.ENDPOINTS,
    *admin_images.ENDPOINTS,
    *clinics.FOR_ADMINS,
)
