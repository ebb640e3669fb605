"""Messages to people's devices, through Firebase Cloud Messaging's REST face."""

import logging
from typing import Any

from dermaloop.adapters.google_patience import patiently
from dermaloop.adapters.google_rest import GoogleService, Refused
from dermaloop.errors import StoreUnavailable
from dermaloop.ports import Notice

_log = logging.getLogger("dermaloop.notices")

_GONE = (400, 404)
"""What FCM answers for a token that no device has any more: trying again would not help."""


class FcmNotifier:
    """The Notifier port by push message. A repeat takes the place of the first on the device: both have one tag."""

    def __init__(self, *, project: str) -> None:
        self._service = GoogleService("https://fcm.googleapis.com", emulator="FCM_EMULATOR_HOST")
        self._path = f"/v1/projects/{project}/messages:send"

    def send(self, notice: Notice) -> None:
        try:
            patiently(lambda _: self._service.ask("POST", self._path, {"message": _message(notice)}))
        except Refused as error:
            if error.status not in _GONE:
                raise StoreUnavailable("The message could not be sent just now.") from error
            _log.warning("a device is gone", extra={"notice": notice.id})


def _message(notice: Notice) -> dict[str, Any]:
    return {
        "token": notice.to.value,
        "notification": {"title": notice.subject, "body": notice.text},
        "android": {"collapse_key": notice.id, "notification": {"tag": notice.id}},
        "apns": {"headers": {"apns-collapse-id": notice.id[:64]}},
        "webpush": {"notification": {"tag": notice.id}},
    }
