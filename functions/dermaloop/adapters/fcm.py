"""Messages to people's devices, through Firebase Cloud Messaging's REST face."""

import logging
import os
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dermaloop.errors import StoreUnavailable
from dermaloop.patience import left
from dermaloop.ports import Notice

if TYPE_CHECKING:
    import requests

_log = logging.getLogger("dermaloop.notices")

_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
_ADDRESS = "https://fcm.googleapis.com"
_GONE = (400, 404)
"""What FCM answers for a token that no device has any more: trying again would not help."""


class FcmNotifier:
    """The Notifier port by push message. A repeat takes the place of the first on the device: both have one tag."""

    def __init__(self, *, project: str) -> None:
        self._project = project

    def send(self, notice: Notice) -> None:
        import requests
        from google.auth.exceptions import GoogleAuthError

        host = os.environ.get("FCM_EMULATOR_HOST", _ADDRESS)
        address = f"{host}/v1/projects/{self._project}/messages:send"
        try:
            answer = self._session.post(address, json={"message": _message(notice)}, timeout=max(left(), 1.0))
        except (requests.RequestException, GoogleAuthError) as error:
            raise StoreUnavailable("The message could not be sent just now.") from error
        if answer.status_code in _GONE:
            _log.warning("a device is gone", extra={"notice": notice.id})
        elif not answer.ok:
            _log.error("the push service failed: %s", answer.status_code, extra={"notice": notice.id})
            raise StoreUnavailable("The message could not be sent just now.")

    @cached_property
    def _session(self) -> "requests.Session":
        import google.auth
        import google.auth.transport.requests
        import requests

        if "FCM_EMULATOR_HOST" in os.environ:
            return requests.Session()
        credentials, _ = google.auth.default(scopes=[_SCOPE])
        return google.auth.transport.requests.AuthorizedSession(credentials)


def _message(notice: Notice) -> dict[str, Any]:
    return {
        "token": notice.to.value,
        "notification": {"title": notice.subject, "body": notice.text},
        "android": {"collapse_key": notice.id, "notification": {"tag": notice.id}},
        "apns": {"headers": {"apns-collapse-id": notice.id[:64]}},
        "webpush": {"notification": {"tag": notice.id}},
    }
