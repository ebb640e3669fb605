// Days as date fields have them, where the person is, and the moments by which the server knows them.
const DAY_MS = 86_400_000;

/** The day of a moment, some days later. */
export function dayOf(moment: number, later = 0): string {
  const day = new Date(moment + later * DAY_MS);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}

/** When an hour of a day is; nothing for no day. */
export function momentOf(day: string | undefined, hour = 0): string | undefined {
  if (!day) return undefined;
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return new Date(year, month - 1, date, hour).toISOString();
}

/** When a day is over, so that the last day of a span counts as a whole. */
export function endOf(day: string | undefined): string | undefined {
  return momentOf(day, 24);
}
