// What is drawn of a row, and how figures are written.
import type { Row } from "./contract.ts";

/** A part of a column: sessions that went alike. */
export interface Segment {
  id: "agent" | "system" | "left" | "stale" | "unhandled" | "error" | "outbound";
  label: string;
  count: (row: Row) => number;
}

const outcome = (row: Row, name: string): number => row.outcomes[name] ?? 0;

/** From the ground up. Each session is in one of them; stale ones stand on their own. */
export const SEGMENTS: readonly Segment[] = [
  {
    id: "agent",
    label: "Handled by an agent",
    count: (row) => row.by_user - outcome(row, "stale_after_user"),
  },
  { id: "system", label: "Handled by the system", count: (row) => row.by_system },
  {
    id: "outbound",
    label: "Begun by us",
    count: (row) => row.outbound_accepted + row.outbound_not_accepted,
  },
  { id: "left", label: "The customer left", count: (row) => row.hang_ups },
  {
    id: "unhandled",
    label: "Not handled",
    count: (row) => row.not_handled - outcome(row, "stale_before_user"),
  },
  { id: "stale", label: "Ended as stale", count: (row) => row.stale },
  { id: "error", label: "Error", count: (row) => row.errors },
];

/** Milliseconds as `9 s`, `2 min 5 s`, `1 h 3 min`; a dash for nothing. */
export function duration(ms: number | null): string {
  if (ms === null) return "–";
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A share as `93 %`; a dash for nothing. */
export function percent(share: number | null): string {
  return share === null ? "–" : `${Math.round(share * 100)} %`;
}

/** A count with its noun: `1 session`, `5 sessions`. */
export function sessions(count: number): string {
  return count === 1 ? "1 session" : `${count} sessions`;
}

/** A row in words, without what is not there. */
export function inWords(row: Row): string {
  const parts = SEGMENTS.map(({ label, count }) => ({ label, count: count(row) }));
  const said = parts.filter(({ count }) => count > 0);
  const list = said.map(({ label, count }) => `${count} ${label.toLowerCase()}`).join(", ");
  return list === "" ? sessions(row.sessions) : `${sessions(row.sessions)}: ${list}`;
}

/**
 * The figures on top, of everything together.
 * @param slaSeconds the agreed time that was asked about; null: each service's own
 */
export function tiles(
  row: Row | null,
  slaSeconds: number | null,
): { name: string; value: string }[] {
  const agreed = slaSeconds === null ? "the agreed time" : `${slaSeconds} s`;
  const of = <K extends keyof Row>(key: K): Row[K] | null => row?.[key] ?? null;
  return [
    { name: "Sessions", value: String(row?.sessions ?? 0) },
    { name: "Reachability", value: percent(of("reachability")) },
    { name: `Accepted within ${agreed}`, value: percent(of("acceptance_sla")) },
    { name: `Left within ${agreed}`, value: percent(of("hang_up_sla")) },
    { name: "Wait, mean", value: duration(of("waiting_mean_ms")) },
    { name: "Wait, 90 % below", value: duration(of("waiting_p90_ms")) },
    { name: "First reply, mean", value: duration(of("first_reply_mean_ms")) },
    { name: "Connected, mean", value: duration(of("connected_mean_ms")) },
    { name: "Missed rings", value: percent(of("rona_rate")) },
    { name: "Stale", value: percent(of("stale_rate")) },
  ];
}
