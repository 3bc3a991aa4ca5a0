// The server's time, as far as a page needs it: countdowns must not depend on
// how well the agent's computer is set.

let offsetMs = 0;

/** Takes the server's time from an answer that was made just now. */
export function observe(response: Response): void {
  const date = Date.parse(response.headers.get("Date") ?? "");
  // The header counts whole seconds, so on average it is half a second late.
  if (!Number.isNaN(date)) offsetMs = date + 500 - Date.now();
}

/** The server's time in milliseconds since 1970. */
export function serverNow(): number {
  return Date.now() + offsetMs;
}

/** A span as `0:07`, `12:30` or `1:02:03`; never negative. */
export function formatSpan(ms: number): string {
  const total = Math.max(0, Math.round(ms / 1000));
  const seconds = String(total % 60).padStart(2, "0");
  const minutes = Math.floor(total / 60) % 60;
  const hours = Math.floor(total / 3600);
  return hours > 0
    ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}`
    : `${minutes}:${seconds}`;
}

/** A time of day as the reader writes it, without seconds. */
export function formatTime(at: string): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
}
