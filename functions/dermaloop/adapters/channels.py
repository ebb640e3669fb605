"""Sends each message the way its address asks for."""

from collections.abc import Mapping

from dermaloop.errors import StoreUnavailable
from dermaloop.ports import Notice, Notifier
from dermaloop.records.following import Channel


class ChannelNotifier:
    """The Notifier port over one notifier for each channel."""

    def __init__(self, channels: Mapping[Channel, Notifier]) -> None:
        self._channels = channels

    def send(self, notice: Notice) -> None:
        if notice.to.channel not in self._channels:
            raise StoreUnavailable(f"No way to send by {notice.to.channel} is set up here.")
        self._channels[notice.to.channel].send(notice)
