"""Events that could not be delivered: kept until an admin replays or drops them."""

from dermaloop.records.documents import Ask, Kind, Record


class DeadLetter(Record, frozen=True, kw_only=True):
    """One event that was tried too often; `event` is its JSON. It holds ids, never pictures."""

    at: str
    topic: str
    event: str
    tries: int = 0
    closed_at: str = ""
    closed_by: str = ""
    waiting: bool = True


DEAD_LETTERS = Kind("dead_letters", DeadLetter, asks=(Ask(("waiting",), "at", descending=True), Ask((), "at")))
