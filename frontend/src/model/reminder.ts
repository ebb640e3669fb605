// A reminder as every calendar reads it (RFC 5545): one day, one text, nothing about the skin in its title.
export interface Reminder {
  uid: string;
  now: Date;
  inDays: number;
  title: string;
  text: string;
}

/** The day a reminder falls on, as YYYY-MM-DD in local time. */
export function dayOf({ now, inDays }: Pick<Reminder, "now" | "inDays">): string {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + inDays);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** The calendar file. */
export function calendar(reminder: Reminder): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Dermaloop//Reminder//EN",
    "BEGIN:VEVENT",
    `UID:${reminder.uid}@dermaloop`,
    `DTSTAMP:${reminder.now.toISOString().replaceAll(/[-:]|\.\d+/g, "")}`,
    `DTSTART;VALUE=DATE:${dayOf(reminder).replaceAll("-", "")}`,
    `SUMMARY:${escaped(reminder.title)}`,
    `DESCRIPTION:${escaped(reminder.text)}`,
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "TRIGGER:PT9H",
    `DESCRIPTION:${escaped(reminder.title)}`,
    "END:VALARM",
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return lines.flatMap(folded).join("\r\n") + "\r\n";
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll(";", "\\;").replaceAll(",", "\\,").replaceAll("\n", "\\n");
}

/** No line may be longer than 75 bytes; what follows on the next begins with a space. */
function folded(line: string): string[] {
  const parts: string[] = [];
  let part = "";
  for (const letter of line) {
    if (bytes(part + letter) > 75) {
      parts.push(part);
      part = " ";
    }
    part += letter;
  }
  return [...parts, part];
}

function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
