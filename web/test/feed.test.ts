import { describe, expect, it } from "vitest";
import type { Message, Messages, Phase } from "../src/console/contract.ts";
import { Feed } from "../src/console/feed.ts";

const message = (seq: number): Message => ({
  seq,
  at: "2026-11-22T12:00:00Z",
  from: "customer",
  name: "Grace Hopper",
  text: `message ${seq}`,
});

const answer = (seqs: number[], phase: Phase = "connected"): Messages => ({
  messages: seqs.map(message),
  last_seq: seqs.at(-1) ?? 0,
  phase,
});

describe("Feed", () => {
  it("asks after what it holds, shows nothing twice, and stops at the end", async () => {
    const answers = [
      answer([1, 2]),
      answer([2, 3]),
      answer([4], "concluded"),
      answer([], "concluded"),
    ];
    const asked: number[] = [];
    const feed = new Feed();
    await feed.run(
      async (after) => {
        asked.push(after);
        return answers.shift() ?? answer([]);
      },
      {
        signal: new AbortController().signal,
        onLink: () => undefined,
        onMessages: () => undefined,
      },
    );
    expect(asked).toEqual([0, 2, 3, 4]);
    expect(feed.messages.map((it) => it.seq)).toEqual([1, 2, 3, 4]);
  });
});
