// The answers of `beckon-demo`.

export interface CustomerMessage {
  id: string;
  from: "me" | "agent" | "system";
  name: string;
  text: string;
  at: string;
}

export interface Customer {
  name: string;
  address: string;
  messages: CustomerMessage[];
}

/** One post in a chat, as that agent's client shows it now. */
export interface Post {
  id: string;
  from: "bot" | "me" | "other";
  /** Of a colleague. */
  name: string | null;
  text: string | null;
  /** Whether the text is markup. */
  markup: boolean;
  /** An Adaptive Card. */
  card: object | null;
}

/** A group chat that the agent is in. */
export interface Room {
  id: string;
  name: string;
  messages: Post[];
}

export interface Agent {
  id: string;
  name: string;
  /** The console with this agent's `#token=…`. */
  console_url: string;
  /** The chat with the bot. */
  messages: Post[];
  /** The newest first. */
  rooms: Room[];
}

/** How the demo's time stands. */
export interface Day {
  doing: "playing" | "passing" | null;
  /** Sessions of the day: played so far, and altogether. */
  played: number;
  of: number;
  /** By how much the demo's clock is ahead of the machine's. */
  ahead_ms: number;
  /** What went wrong last. */
  failed: string | null;
}

/** `GET /demo/state` */
export interface DemoState {
  customer: Customer;
  agents: Agent[];
  /** The results with a `#token=…`. */
  results_url: string;
  day: Day;
}

/** What Teams would say of a click: the invoke answer's status and its text, if any. */
export interface ClickResult {
  status: number;
  message: string | null;
}
