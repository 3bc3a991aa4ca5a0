// Words for the server's codes.
import type { AgentState, Session } from "./contract.ts";

const STATES: Record<AgentState, string> = {
  available: "Available",
  ringing: "Ringing",
  connected: "In a chat",
  wrap_up: "Wrapping up",
  parked: "In a parked chat",
  not_available: "Not available",
  unreachable: "Unreachable",
};

export function stateLabel(state: AgentState): string {
  return STATES[state] ?? humanise(state);
}

const CHANNELS: Record<string, string> = {
  api: "API",
  web: "Web",
  sms: "SMS",
  whatsapp: "WhatsApp",
};

export function channelLabel(channel: string): string {
  return CHANNELS[channel] ?? humanise(channel);
}

// As the result card says it.
const OUTCOMES: Record<string, string> = {
  user_accepted: "Handled",
  customer_left_before_accept: "The customer left",
  customer_left_in_workflow: "The customer left",
  customer_left_after_queue: "The customer left",
  customer_left_in_queue: "The customer left",
  queue_timeout: "Nobody was free in time",
  admin_terminated: "Ended by an administrator",
  stale_before_user: "Ended as stale",
  stale_after_user: "Ended as stale",
};

export function phaseLabel({ phase, outcome }: Session): string {
  if (phase === "connected") return "Connected";
  if (phase === "parked") return "Parked";
  if (phase === "wrap_up") return "Wrap-up";
  return outcome === null ? "Ended" : (OUTCOMES[outcome] ?? humanise(outcome));
}

/** `queue_timeout` → "Queue timeout" */
export function humanise(code: string): string {
  const words = code.replaceAll("_", " ");
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

/** What the agent chooses by accepting or declining. */
export function decisionLabel(decision: "accept" | "decline", returning: boolean): string {
  if (decision === "accept") return returning ? "Reopen" : "Accept";
  return returning ? "Leave" : "Decline";
}
