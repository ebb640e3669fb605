"""What people may read and ask about their skin: articles, questions, talk."""

from dermaloop.web.endpoints import Endpoint

ENDPOINTS: tuple[Endpoint, ...] = ()
