import { describe, expect, it } from "vitest";
import { backOff, follow } from "../src/shared/follow.ts";
import { NetworkError, ProblemError } from "../src/shared/http.ts";

/** Runs `follow` over scripted polls; `null` means "no server". The loop ends with the script. */
async function play(script: (boolean | null)[], answerMs: number) {
  const life = new AbortController();
  const sleeps: number[] = [];
  const links: boolean[] = [];
  let now = 0;
  const waits: number[] = [];
  let polls = 0;
  await follow({
    signal: life.signal,
    random: () => 1,
    now: () => now,
    onLink: (up) => links.push(up),
    sleep: async (ms) => {
      sleeps.push(ms);
      now += ms;
    },
    poll: async (_signal, wait) => {
      waits.push(wait);
      const step = script[polls++];
      now += answerMs;
      if (polls === script.length) life.abort();
      if (step === null || step === undefined) throw new NetworkError("away");
      return step;
    },
  });
  return { sleeps, links, waits };
}

describe("follow", () => {
  it("asks again at once after news and after a poll that was held", async () => {
    expect((await play([true, true, false, true], 25_000)).sleeps).toEqual([]);
  });

  it("does not hammer a server that answers without waiting and without news", async () => {
    expect((await play([false, false, true], 5)).sleeps).toEqual([1000, 1000]);
  });

  it("backs off while the server is away, and says so once each way", async () => {
    const { sleeps, links, waits } = await play([null, null, null, true, true], 5);
    expect(sleeps).toEqual([1000, 2000, 4000]);
    expect(links).toEqual([false, true]);
    expect(waits, "nobody waits to hear that the server is back").toEqual([25, 0, 0, 0, 25]);
  });

  it("starts the back-off anew after a success", async () => {
    expect((await play([null, null, true, null, true], 5)).sleeps).toEqual([1000, 2000, 1000]);
  });

  it("ends with a refusal", async () => {
    const refusal = new ProblemError({ title: "Not signed in", status: 401 });
    const run = follow({
      signal: new AbortController().signal,
      onLink: () => undefined,
      poll: () => Promise.reject(refusal),
    });
    await expect(run).rejects.toBe(refusal);
  });
});

describe("backOff", () => {
  it("stays between half and all of a ceiling that doubles up to 15 s", () => {
    expect([1, 2, 3, 4, 5, 99].map((n) => backOff(n, () => 1))).toEqual([
      1000, 2000, 4000, 8000, 15_000, 15_000,
    ]);
    expect(backOff(3, () => 0)).toBe(2000);
  });
});
