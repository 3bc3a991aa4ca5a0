// One line that tells a newcomer what to do next, read off what is on show.
import { cardFacts } from "./card-facts.ts";
import type { Agent, Customer, DemoState } from "./contract.ts";

export const STEPS = ["Write", "Accept", "Talk", "Terminate", "Result"] as const;

export interface Advice {
  /** Index into {@link STEPS}. */
  step: number;
  text: string;
}

export function advise({ customer, agents }: DemoState): Advice {
  const first = customer.name.split(" ")[0] ?? customer.name;
  if (customer.messages.length === 0) {
    return { step: 0, text: `Write a message as ${first}.` };
  }
  const invited = agents.find((agent) => offers(agent, /accept/i));
  if (invited) {
    const name = firstName(invited);
    return { step: 1, text: `${name} is invited: press Accept on ${name}'s card.` };
  }
  const connected = agents.find((agent) => offers(agent, /terminate/i));
  if (connected) {
    const name = firstName(connected);
    if (answered(customer)) {
      return { step: 3, text: `They talk. To end it, press Terminate on ${name}'s card.` };
    }
    return { step: 2, text: `Press Open chat on ${name}'s card and answer ${first} there.` };
  }
  const wrapping = agents.find((agent) => offers(agent, /finish|wrap/i));
  if (wrapping) {
    const name = firstName(wrapping);
    return {
      step: 4,
      text: `${name} can say what it was about; then press Finish wrap-up, or wait.`,
    };
  }
  if (customer.messages.some((message) => message.from === "agent")) {
    return { step: 4, text: "The card keeps the result. Try the next customer." };
  }
  return { step: 1, text: "Beckon looks for a free agent." };
}

/** Whether an agent has written in the newest session: each begins with a line of the system. */
function answered({ messages }: Customer): boolean {
  const start = messages.findLastIndex((message) => message.from === "system");
  return messages.slice(start + 1).some((message) => message.from === "agent");
}

function offers(agent: Agent, verb: RegExp): boolean {
  const chats = [agent, ...agent.rooms];
  const cards = chats.flatMap(({ messages }) => messages.map(({ card }) => cardFacts(card)));
  return cards.some(({ verbs }) => verbs.some((it) => verb.test(it)));
}

function firstName({ name }: Agent): string {
  return name.split(" ")[0] ?? name;
}
