// The messages of one session, kept while the page lives and fetched as long
// as its conversation is open.
import { follow } from "../shared/follow.ts";
import type { Message, Messages } from "./contract.ts";

export class Feed {
  readonly messages: Message[] = [];
  #lastSeq = 0;

  /**
   * Follows the session until the signal fires or it is concluded and read to
   * its end.
   */
  async run(
    load: (after: number, signal: AbortSignal, wait: number) => Promise<Messages>,
    ports: { signal: AbortSignal; onLink: (up: boolean) => void; onMessages: () => void },
  ): Promise<void> {
    const end = new AbortController();
    await follow({
      signal: AbortSignal.any([ports.signal, end.signal]),
      onLink: ports.onLink,
      poll: async (signal, wait) => {
        const answer = await load(this.#lastSeq, signal, wait);
        const news = this.#take(answer.messages);
        if (news) ports.onMessages();
        else if (answer.phase === "concluded") end.abort();
        return news;
      },
    });
  }

  #take(messages: readonly Message[]): boolean {
    // Two polls may overlap for a moment when a conversation is reopened.
    const fresh = messages.filter((message) => message.seq > this.#lastSeq);
    this.messages.push(...fresh);
    this.#lastSeq = fresh.at(-1)?.seq ?? this.#lastSeq;
    return fresh.length > 0;
  }
}
