"""One JSON line an event, in the shape Cloud Logging reads; never a byte of a picture, a token or a body."""

import json
import logging
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Request, Response

_log = logging.getLogger("dermaloop.web")

request_id: ContextVar[str] = ContextVar("request_id", default="")
trace: ContextVar[dict[str, str] | None] = ContextVar("trace", default=None)
"""The id and trace of the request that is being answered; every line logged meanwhile carries them."""

_STANDARD = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}


class JsonLines(logging.Formatter):
    """Severity, time and message, and whatever was given as `extra`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "severity": record.levelname,
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "message": record.getMessage(),
            "logger": record.name,
        }
        if asked := request_id.get():
            line |= {"request_id": asked, **(trace.get() or {})}
        line |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info:
            line["stack_trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up_logging(level: str = "INFO") -> None:
    """Sends everything under `dermaloop` to standard output; calling it again changes nothing."""
    logger = logging.getLogger("dermaloop")
    logger.setLevel(level)
    logger.propagate = False
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(JsonLines())
        logger.addHandler(handler)


def trace_of(request: Request, project: str) -> dict[str, str]:
    """The field by which Cloud Logging joins a line to its trace."""
    found = request.headers.get("X-Cloud-Trace-Context", "").split("/")[0]
    if not found:
        parts = request.headers.get("traceparent", "").split("-")
        found = parts[1] if len(parts) == 4 else ""
    if not found.isalnum():
        return {}
    return {"logging.googleapis.com/trace": f"projects/{project}/traces/{found}" if project else found}


def log_request(function: str, request: Request, response: Response, stages: Mapping[str, float]) -> None:
    """The one line every request leaves."""
    level = logging.ERROR if response.status_code >= 500 else logging.INFO
    line = {
        "function": function,
        "httpRequest": {
            "requestMethod": request.method,
            "requestUrl": request.path,
            "status": response.status_code,
            "requestSize": str(request.content_length or 0),
            "latency": f"{stages['total'] / 1000:.6f}s",
        },
        "stages_ms": {name: round(ms, 2) for name, ms in stages.items()},
    }
    _log.log(level, "%s %s %d", request.method, request.path, response.status_code, extra=line)
