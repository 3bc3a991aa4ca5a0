// The server's answers to the console, as `src/http` writes them.

export type AgentState =
  | "available"
  | "ringing"
  | "connected"
  | "wrap_up"
  | "parked"
  | "not_available"
  | "unreachable";

/** `POST /api/v1/sign-in` */
export interface SignIn {
  token: string;
  /** RFC 3339 */
  expires_at: string;
  agent: { id: string; name: string };
}

/** One offer that rings at this agent. It carries no message text but what the service shows. */
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
  /** What the colleague wrote who moves it here. */
  note: string | null;
  /** What the service shows about the session; missing when there is nothing. */
  parameters?: { label: string; value: string }[];
  /** The beginning of the first message, where the service shows it. */
  preview?: string;
}

export type Phase = "connected" | "parked" | "wrap_up" | "concluded";

/** What the agent may do about their wrap-up. */
export interface WrapUp {
  can_finish: boolean;
  extensions_left: number;
  /** Its time is over, and it waits for codes that have to be chosen. */
  held: boolean;
}

export interface CodeList {
  name: string;
  required: boolean;
  chosen: string | null;
}

export interface Code {
  id: string;
  label: string;
}

/** What the lists of a service offer. */
export interface Choices {
  codes: Code[];
  codes2: Code[];
}

/** What can be said about a chat after it, and was. */
export interface Codes {
  /** Whose choices they are. */
  service: string;
  open: boolean;
  /** When it cannot be said any more. */
  until: string | null;
  codes: CodeList | null;
  codes2: CodeList | null;
  /** Null: there are none. */
  tags: string[] | null;
}

/** `PUT /api/v1/invitations/{id}/codes` */
export interface SaidCodes {
  codes: string | null;
  codes2: string | null;
  tags: string[];
}

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
  /** What the colleague wrote who moved it here. */
  note: string | null;
  wrap_up: WrapUp | null;
  codes: Codes | null;
}

/** `GET /api/v1/console/inbox` */
export interface Inbox {
  agent: {
    id: string;
    name: string;
    state: AgentState;
    invite_in_teams: boolean;
    /** Until when no invitations come, because one was not answered. */
    flagged_until: string | null;
  };
  incoming: Incoming[];
  sessions: Session[];
  /** What codes are chosen from, by the id of the service. */
  choices: Record<string, Choices>;
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

/** `PUT /api/v1/console/preferences` */
export interface Preferences {
  invite_in_teams: boolean;
  own_choice: boolean;
}

export type Decision = "accept" | "decline" | "finish" | "extend" | "park" | "unpark";

/** What a decision or a Terminate came to, with a sentence for the agent. */
export interface CommandResult {
  result:
    | "accepted"
    | "declined"
    | "finished"
    | "extended"
    | "parked"
    | "unparked"
    | "terminated"
    | "taken"
    | "missed"
    | "cancelled"
    | "unchanged";
  message: string;
}
