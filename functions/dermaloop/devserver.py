"""The whole product on one port of this machine: every function, the bus between them, and the built site."""

import html
import os
import socket
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import gunicorn.app.base
from werkzeug.wrappers import Request, Response

from dermaloop import local_bus, local_files, local_pages, local_sign_in, web
from dermaloop.errors import DermaloopError
from dermaloop.web.endpoints import FUNCTIONS, function_for
from dermaloop.wiring import Settings, build

_FRONTEND = Path(__file__).parents[2] / "frontend" / "dist"
_WELCOME = Path(__file__).with_name("welcome.html")

StartResponse = Callable[..., Any]


class LocalSite:
    """A WSGI application that sends each path to the function hosting would send it to."""

    def __init__(self, site: web.Site, frontend: Path = _FRONTEND) -> None:
        self.site = site
        self._frontend = frontend

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        return self._respond(request)(environ, start_response)

    def _respond(self, request: Request) -> Response:
        if local_files.shows(request.path):
            return local_files.answer(request, self.site.world)
        if request.path.startswith("/api/local/"):
            return local_sign_in.answer(request, self.site.world.identity)
        function = "assess" if request.path == "/healthz" else function_for(request.path)
        if function is None and request.path.startswith("/api"):
            function = "assess"  # it answers an unknown path with our own 404
        return web.answer(function, request, self.site) if function else self._page(request)

    def _page(self, request: Request) -> Response:
        """A file of the built site; without one, how to call the interface or how to build the site."""
        if request.path == "/config.json":
            return Response('{"sign_in": "local"}', mimetype="application/json", headers={"Cache-Control": "no-store"})
        found = local_pages.page(request, self._frontend)
        if found is not None:
            return found
        if request.path == "/" and not self._frontend.is_dir():
            return Response(_welcome(request.host_url), mimetype="text/html")
        return Response("There is nothing at this address.\n", status=404, mimetype="text/plain")

    def warm(self) -> list[str]:
        """Loads every model before the first request, and says which cannot be used."""
        failed = []
        for registry in (self.site.world.classifiers, self.site.world.segmenters):
            for name in registry.names():
                try:
                    registry.champion(name)
                except DermaloopError as error:
                    failed.append(f"{name}: {error.detail}")
        return failed


class _Server(gunicorn.app.base.BaseApplication):  # type: ignore[misc]
    """Gunicorn as functions-framework runs it: one process, several threads."""

    def __init__(self, site: LocalSite, host: str, port: int, sweep_seconds: float) -> None:
        self._wsgi = site
        self._address = f"http://{host}:{port}"
        self._sweep_seconds = sweep_seconds
        self._bind = f"{host}:{port}"
        super().__init__()

    def load_config(self) -> None:
        self.cfg.set("bind", self._bind)
        self.cfg.set("threads", (os.cpu_count() or 1) * 4)
        self.cfg.set("loglevel", "error")
        self.cfg.set("graceful_timeout", 5)
        self.cfg.set("post_worker_init", self._ready)

    def load(self) -> LocalSite:
        return self._wsgi

    def _ready(self, _worker: object) -> None:
        for failure in self._wsgi.warm():
            print(f"This model cannot be used: {failure}", flush=True)
        local_bus.start(self._wsgi.site, sweep_seconds=self._sweep_seconds)
        print(f"Dermaloop is ready at {self._address} (Ctrl-C stops it)", flush=True)


def main() -> None:
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8080")
    if not port.isdigit() or not 0 < int(port) < 65536:
        sys.exit(f"PORT={port} is not a port: give a number from 1 to 65535, for example PORT=8081")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, int(port)))
        except OSError as error:
            sys.exit(f"Port {port} on {host} cannot be used ({error.strerror}). Try another: make run PORT=8081")
    if "K_SERVICE" in os.environ:
        sys.exit("This is the local server; on Google Cloud the functions run by themselves.")
    settings = Settings.from_env(os.environ)
    serve(build(settings), host, int(port), sweep_seconds=settings.sweep_seconds)


def serve(site: web.Site, host: str, port: int, *, sweep_seconds: float = 60.0) -> None:
    """Serves a site until it is told to stop."""
    _Server(LocalSite(site), host, port, sweep_seconds).run()


def _welcome(address: str) -> str:
    functions = "".join(f"<li><code>{html.escape(path)}</code></li>" for f in FUNCTIONS.values() for path in f.paths)
    page = _WELCOME.read_text(encoding="utf-8")
    return page.replace("{{address}}", html.escape(address.rstrip("/"))).replace("{{paths}}", functions)


if __name__ == "__main__":
    main()
