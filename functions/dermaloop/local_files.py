"""What was lent for a few minutes, for the local server alone: on Google, Cloud Storage shows it by itself."""

import mimetypes

from werkzeug.wrappers import Request, Response

from dermaloop.adapters.local_links import PLACE, LocalLinks
from dermaloop.errors import DermaloopError, MethodNotAllowed, NotFound
from dermaloop.ports import World
from dermaloop.web.logs import request_id
from dermaloop.web.problems import problem_response


def shows(path: str) -> bool:
    return path.startswith(PLACE)


def answer(request: Request, world: World) -> Response:
    """`GET /api/local/files/…`, by an address that was given; nothing where the store is Google's."""
    try:
        return _answer(request, world)
    except DermaloopError as error:
        return problem_response(error, request_id.get(""))


def _answer(request: Request, world: World) -> Response:
    if not isinstance(world.links, LocalLinks):
        raise NotFound("Files are not local here.")
    if request.method not in ("GET", "HEAD"):
        raise MethodNotAllowed("This address answers another method.", allow="GET")
    key = request.path.removeprefix(PLACE)
    asked = {name: request.args.get(name, "") for name in ("expires", "signature")}
    world.links.check(key, **asked)
    kind = mimetypes.guess_type(key)[0] or "application/octet-stream"
    headers = {"Cache-Control": "private, max-age=0", "X-Content-Type-Options": "nosniff"}
    return Response(world.blobs.read(key).data, mimetype=kind, headers=headers)
