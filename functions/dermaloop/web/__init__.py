"""The HTTP face: JSON in, JSON out, sign-in, and errors as problem+json, all in one place."""

from dermaloop.web.boundary import Site, WebSettings, answer

__all__ = ["Site", "WebSettings", "answer"]
