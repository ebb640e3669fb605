"""Reads what a client sent: the body within its limit, JSON of the declared shape, pictures out of base64."""

import binascii
import io
import re
from contextlib import suppress
from typing import Any

import msgspec
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wrappers import Request

from dermaloop.errors import InvalidBase64, InvalidJson, InvalidRequest, TooLarge, UnsupportedMedia

_CHUNK = 1 << 16
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_BREAKS = b" \t\r\n"
_PLACE = re.compile(r" - at `(?P<path>\$[A-Za-z0-9_.\[\]]*)`\Z")
_LONGEST_DETAIL = 200  # it may quote a field's name, and a client may have named one with megabytes


def read_body(request: Request, limit: int) -> bytes:
    """The whole body, or TooLarge without ever holding more than the limit."""
    if (request.content_length or 0) > limit:
        _drain(request, limit)
        raise _too_large(limit)
    parts, size = [], 0
    try:
        while chunk := request.stream.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                _drain(request, limit)
                raise _too_large(limit)
            parts.append(chunk)
    except (ClientDisconnected, OSError) as error:
        raise InvalidRequest("The request ended before its body was complete.") from error
    return b"".join(parts)


def decode_json(request: Request, body: bytes, shape: type) -> Any:
    """The body as the declared struct; what does not fit is named by its path."""
    if request.mimetype != "application/json" or request.headers.get("Content-Encoding"):
        raise UnsupportedMedia("Send plain JSON with the header Content-Type: application/json.")
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise _unfit(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidJson(f"{str(error) or 'The JSON cannot be read'}.".replace("..", ".")) from error


def check_media(request: Request, kind: str) -> None:
    """Only what the endpoint understands is read at all."""
    if request.mimetype != kind or request.headers.get("Content-Encoding"):
        raise UnsupportedMedia(f"Send the file with the header Content-Type: {kind}.")


def decode_query(request: Request, shape: type) -> Any:
    """The query string as the declared struct; a name given twice counts the last time."""
    try:
        return msgspec.convert({name: values[-1] for name, values in request.args.lists()}, shape, strict=False)
    except msgspec.ValidationError as error:
        raise _unfit(error) from error


def _unfit(error: msgspec.ValidationError) -> InvalidRequest:
    said = str(error)
    found = _PLACE.search(said)
    what, path = (said[: found.start()], found["path"]) if found else (said, "$")
    return InvalidRequest(f"{_short(what)} (at {path})", path=path)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_DETAIL else f"{text[:_LONGEST_DETAIL]}…"


def decode_picture(text: str, *, path: str) -> bytes:
    """Bytes from base64 as people send it: plain or URL-safe, with or without padding, line breaks, a data: prefix."""
    if text[:5].lower() == "data:":
        head, _, text = text.partition(",")
        if not head.lower().rstrip().endswith(";base64"):
            raise InvalidBase64("A data: URL must carry base64.", path=path)
    try:
        packed = text.encode("ascii").translate(_URL_SAFE, _BREAKS).rstrip(b"=")
        return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4), strict_mode=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise InvalidBase64("The picture is not valid base64.", path=path) from error


def _drain(request: Request, limit: int) -> None:
    """Reads a little on, so that an honest client gets to see the answer, then hides the rest from the framework."""
    left = 2 * limit
    with suppress(ClientDisconnected, OSError):
        while left > 0 and (chunk := request.stream.read(_CHUNK)):
            left -= len(chunk)
    request.stream = io.BytesIO()


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The request may have {limit} bytes at most. Send a smaller picture.", max_bytes=limit)
