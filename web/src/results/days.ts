// Days of a calendar, as the API writes them. A day is a name here: which instants it has is the
// server's to know.

/** The day of an instant in a zone, as `2027-01-31`. */
export function dayOf(instant: string, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  });
  return parts.format(new Date(instant));
}

/** The day so many days later. */
export function plusDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** How many days lie between two. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** Every day from `from` to before `to`. */
export function eachDay(from: string, to: string): string[] {
  return Array.from({ length: Math.max(0, daysBetween(from, to)) }, (_, at) => plusDays(from, at));
}

/** A day as `31 Jan`. */
export function shortDay(day: string): string {
  const format: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", timeZone: "UTC" };
  return new Date(`${day}T00:00:00Z`).toLocaleDateString("en-GB", format);
}

/** An hour of the day as `09–10`. */
export function hourSpan(hour: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(hour)}–${two(hour + 1)}`;
}
