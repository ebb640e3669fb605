"""The few ways a request can fail; their messages are safe to show to whoever sent it."""

from typing import ClassVar


class DermaloopError(Exception):
    """A failure with a stable code, an HTTP status and a message for the client."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(self, detail: str, **extensions: object) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extensions = extensions


class InvalidJson(DermaloopError):
    code, status, title = "invalid_json", 400, "The body is not JSON"


class InvalidRequest(DermaloopError):
    code, status, title = "invalid_request", 400, "The request does not have the expected shape"


class InvalidBase64(DermaloopError):
    code, status, title = "invalid_base64", 400, "The picture is not base64"


class Unauthenticated(DermaloopError):
    code, status, title = "unauthenticated", 401, "Sign-in is needed"


class Forbidden(DermaloopError):
    code, status, title = "forbidden", 403, "This sign-in may not do that"


class NotFound(DermaloopError):
    code, status, title = "not_found", 404, "There is nothing here"


class MethodNotAllowed(DermaloopError):
    code, status, title = "method_not_allowed", 405, "This address does not answer that method"


class Conflict(DermaloopError):
    code, status, title = "conflict", 409, "This contradicts what is already kept"


class TooLarge(DermaloopError):
    code, status, title = "too_large", 413, "The request is too large"


class UnsupportedMedia(DermaloopError):
    code, status, title = "unsupported_media", 415, "The body is of a kind that is not understood here"


class InvalidImage(DermaloopError):
    code, status, title = "invalid_image", 422, "The picture cannot be read"


class RateLimited(DermaloopError):
    code, status, title = "rate_limited", 429, "Too many requests"


class ModelUnavailable(DermaloopError):
    code, status, title = "model_unavailable", 503, "The model is not available"


class StoreUnavailable(DermaloopError):
    code, status, title = "store_unavailable", 503, "The store is not available"


class OutcomeUnknown(StoreUnavailable):
    """The store was lost in the midst of a write, which was made as a whole or not at all."""


class BrokenModel(Exception):
    """A model file or manifest that must not be served; never shown to a client."""
