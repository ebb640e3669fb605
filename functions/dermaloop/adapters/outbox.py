"""Messages to people, as files in a folder: what a mail service would have sent."""

from pathlib import Path

import msgspec

from dermaloop.ports import Notice


class OutboxNotifier:
    """The Notifier port on a folder. The same notice sent twice is one file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, notice: Notice) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._folder / f"{notice.id}.part"
        part.write_bytes(msgspec.json.format(msgspec.json.encode(notice), indent=1))
        part.replace(self._folder / f"{notice.id}.json")
