// The answers of the reports API.

/** Figures of finished sessions. Times in milliseconds, shares from 0 to 1; null: of nothing. */
export interface Row {
  day: string | null;
  hour: number | null;
  service: string | null;
  channel: string | null;
  agent: string | null;
  sessions: number;
  by_user: number;
  by_system: number;
  hang_ups: number;
  not_handled: number;
  errors: number;
  outbound_accepted: number;
  outbound_not_accepted: number;
  queued: number;
  waiting_p50_ms: number | null;
  waiting_p90_ms: number | null;
  waiting_mean_ms: number | null;
  connected_mean_ms: number | null;
  first_reply_mean_ms: number | null;
  rona_rate: number | null;
  stale: number;
  stale_rate: number | null;
  reachability: number | null;
  acceptance_sla: number | null;
  hang_up_sla: number | null;
  outcomes: Record<string, number>;
}

/** `GET /api/v1/reports` */
export interface Report {
  rows: Row[];
  /** Instants. */
  from: string;
  to: string;
  /** The IANA zone of days and hours. */
  time_zone: string;
  /** The agreed time that was asked about; null: each session by its service's own. */
  sla_seconds: number | null;
  services: { id: string; name: string }[];
}

/** What rows are told apart by. */
export type Grouping = "" | "day" | "hour" | "channel" | "service" | "agent";

/** What is asked for: days in the tenant's zone, `to` not included. */
export interface Filter {
  from: string;
  to: string;
  /** Empty: all. */
  service: string;
}
