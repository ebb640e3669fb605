"""Times as the records write them: UTC to the millisecond, so that text sorts as time does."""

from datetime import UTC, datetime, timedelta


def written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def now() -> str:
    return written(datetime.now(UTC))


def read(text: str) -> datetime:
    return datetime.fromisoformat(text)


def later(text: str, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> str:
    return written(read(text) + timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds))
