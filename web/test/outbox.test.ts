import { describe, expect, it } from "vitest";
import { type Draft, Outbox } from "../src/console/outbox.ts";
import { NetworkError, ProblemError } from "../src/shared/http.ts";

const refusal = new ProblemError({ title: "Too long", status: 422 });

/** An outbox whose server does as told, draft by draft: null takes it. */
function outbox(answers: (Error | null)[], left: Draft[] = []) {
  const sent: string[] = [];
  const saved: string[][] = [];
  const refused: string[] = [];
  const retrying: boolean[] = [];
  let inFlight = 0;
  let empty: () => void = () => undefined;
  const idle = new Promise<void>((resolve) => {
    empty = resolve;
  });
  const box = new Outbox(
    {
      send: async (draft) => {
        inFlight += 1;
        expect(inFlight).toBe(1);
        await Promise.resolve();
        inFlight -= 1;
        sent.push(draft.id);
        const answer = answers.shift();
        if (answer) throw answer;
      },
      onChange: (pending, again) => {
        retrying.push(again);
        if (pending.length === 0) empty();
      },
      onSignedOut: () => empty(),
      onRefused: (draft) => refused.push(draft.text),
      save: (pending) => saved.push(pending.map((draft) => draft.id)),
      sleep: () => Promise.resolve(),
      signal: new AbortController().signal,
    },
    left,
  );
  return { box, sent, saved, refused, retrying, idle };
}

const draft = (id: string): Draft => ({ id, text: `text of ${id}` });

describe("Outbox", () => {
  it("sends in order, one at a time", async () => {
    const { box, sent, idle } = outbox([]);
    for (const id of ["a", "b", "c"]) box.add(draft(id));
    await idle;
    expect(sent).toEqual(["a", "b", "c"]);
  });

  it("tries again with the same id before anything newer", async () => {
    const { box, sent, retrying, idle } = outbox([
      new NetworkError("away"),
      new NetworkError("away"),
    ]);
    box.add(draft("a"));
    box.add(draft("b"));
    await idle;
    expect(sent).toEqual(["a", "a", "a", "b"]);
    expect(retrying).toContain(true);
  });

  it("gives a refused text back and goes on", async () => {
    const { box, sent, refused, idle } = outbox([refusal]);
    box.add(draft("a"));
    box.add(draft("b"));
    await idle;
    expect(refused).toEqual(["text of a"]);
    expect(sent).toEqual(["a", "b"]);
  });

  it("keeps what could not be sent because the sign-in ran out", async () => {
    const { box, sent, saved, refused, idle } = outbox([
      new ProblemError({ title: "Sign in first", status: 401 }),
    ]);
    box.add(draft("a"));
    await idle;
    expect(sent).toEqual(["a"]);
    expect(refused).toEqual([]);
    expect(saved.at(-1)).toEqual(["a"]);
  });

  it("keeps a draft until the server has it, and sends what a reload left", async () => {
    const { saved, sent, idle } = outbox([new NetworkError("away")], [draft("left")]);
    await idle;
    expect(saved).toEqual([["left"], []]);
    expect(sent).toEqual(["left", "left"]);
  });
});
