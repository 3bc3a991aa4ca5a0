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

/** One post in an agent's chat with the bot, as that agent's client shows it now. */
export interface BotMessage {
  id: string;
  from: "bot" | "me";
  text: string | null;
  /** An Adaptive Card. */
  card: object | null;
}

export interface Agent {
  id: string;
  name: string;
  /** The console with this agent's `#token=…`. */
  console_url: string;
  messages: BotMessage[];
}

/** `GET /demo/state` */
export interface DemoState {
  customer: Customer;
  agents: Agent[];
}

/** What Teams would say of a click: the invoke answer's status and its text, if any. */
export interface ClickResult {
  status: number;
  message: string | null;
}
