"""A reminder as an iCalendar file, which says nothing of what the spot may be."""

from dermaloop.knowledge.letters import letters
from dermaloop.records import Case
from dermaloop.services.moments import later


def calendar(case: Case, due: str, *, locale: str) -> str:
    """One all-day event on the date that it is due, with an alarm in the morning."""
    said = letters(locale).reminder
    day, after = (moment[:10].replace("-", "") for moment in (due, later(due, days=1)))
    stamp = case.created_at[:19].replace("-", "").replace(":", "") + "Z"
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Dermaloop//Reminder//EN",
        "BEGIN:VEVENT",
        f"UID:{case.id}@dermaloop",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day}",
        f"DTEND;VALUE=DATE:{after}",
        f"SUMMARY:{_escaped(said.subject)}",
        f"DESCRIPTION:{_escaped(said.text)}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(said.subject)}",
        "TRIGGER:PT9H",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _escaped(text: str) -> str:
    """Text as RFC 5545, section 3.3.11, writes it."""
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> str:
    """Lines of 75 octets at most, never cut within a character (RFC 5545, section 3.1)."""
    parts, size = [""], 0
    for character in line:
        octets = len(character.encode())
        if size + octets > 74:
            parts.append("")
            size = 0
        parts[-1] += character
        size += octets
    return "\r\n ".join(parts)
