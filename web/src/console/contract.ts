// The server's answers to the console, as `src/http` writes them.

export type AgentState =
  | "available"
  | "ringing"
  | "connected"
  | "wrap_up"
  | "not_available"
  | "unreachable";

/** `POST /api/v1/sign-in` */
export interface SignIn {
  token: string;
  /** RFC 3339 */
  expires_at: string;
  agent: { id: string; name: string };
}

/** One offer that rings at this agent. It carries no message text. */
export interface Incoming {
  invitation: string;
  session: string;
  service: string;
  customer: string;
  channel: string;
  offered_at: string;
  waiting_since: string;
  /** Null until the ring time runs. */
  rings_until: string | null;
  /** The customer comes back to this agent: accept reopens, decline leaves. */
  returning: boolean;
}

export type Phase = "connected" | "wrap_up" | "concluded";

export interface Session {
  session: string;
  invitation: string;
  room_name: string;
  service: string;
  customer: string;
  channel: string;
  phase: Phase;
  connected_at: string;
  ended_at: string | null;
  wrap_up_until: string | null;
  outcome: string | null;
  /** The sequence of the newest message; 0 if there is none. */
  last_seq: number;
}

/** `GET /api/v1/console/inbox` */
export interface Inbox {
  agent: { id: string; name: string; state: AgentState };
  incoming: Incoming[];
  sessions: Session[];
}

export interface Message {
  /** Gapless within a session, from 1. */
  seq: number;
  at: string;
  from: "customer" | "agent" | "system";
  /** Missing for the system. */
  name?: string;
  text: string;
}

/** `GET /api/v1/console/sessions/{id}/messages` */
export interface Messages {
  messages: Message[];
  last_seq: number;
  phase: Phase;
}

export type Decision = "accept" | "decline" | "finish";

/** What a decision or a Terminate came to, with a sentence for the agent. */
export interface CommandResult {
  result:
    | "accepted"
    | "declined"
    | "finished"
    | "terminated"
    | "taken"
    | "missed"
    | "cancelled"
    | "unchanged";
  message: string;
}
