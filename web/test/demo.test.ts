import { describe, expect, it } from "vitest";
import { cardFacts } from "../src/demo/card-facts.ts";
import type { CustomerMessage, DemoState } from "../src/demo/contract.ts";
import { advise } from "../src/demo/legend.ts";
import { roomOf, withToken } from "../src/demo/open-chat.ts";

const action = (verb: string) => ({
  type: "Action.Execute",
  verb,
  fallback: { type: "Action.Submit", data: { verb: "shadow" } },
});

function state(from: CustomerMessage["from"][], ...verbs: string[]): DemoState {
  const card = { type: "AdaptiveCard", actions: verbs.map(action) };
  return {
    customer: {
      name: "Grace Hopper",
      address: "grace",
      messages: from.map((side, i) => ({ id: `${i}`, from: side, name: "", text: "", at: "" })),
    },
    agents: [
      {
        id: "ada",
        name: "Ada Lovelace",
        console_url: "http://127.0.0.1:1/console/#token=ada",
        messages: [{ id: "1", from: "bot", name: null, text: null, markup: false, card }],
        rooms: [],
      },
    ],
    results_url: "",
    day: { doing: null, played: 0, of: 0, ahead_ms: 0, failed: null },
  };
}

describe("the legend", () => {
  it("follows a session from the first message to the result", () => {
    const steps = [
      state([]),
      state(["me"]),
      state(["me"], "accept", "decline"),
      state(["me"], "terminate"),
      state(["me", "system", "agent", "me"], "terminate"),
      state(["me", "agent"], "finish"),
      state(["me", "agent"]),
    ].map(advise);
    expect(steps.map((advice) => advice.step)).toEqual([0, 1, 1, 2, 3, 4, 4]);
    expect(steps[2]?.text).toBe("Ada is invited: press Accept on Ada's card.");
  });
});

describe("the legend of a second session", () => {
  it("does not count the answers of the first", () => {
    expect(advise(state(["me", "system", "agent", "me", "system"], "terminate")).step).toBe(2);
  });
});

describe("cardFacts", () => {
  it("sees nested buttons, but no fallback and no refresh", () => {
    const card = {
      refresh: { action: action("refresh") },
      body: [
        { type: "ActionSet", actions: [action("accept"), { type: "Action.OpenUrl", url: "x" }] },
      ],
    };
    expect(cardFacts(card)).toEqual({ verbs: ["accept"], opensUrl: true });
  });
});

describe("withToken", () => {
  const console = "http://127.0.0.1:3978/console/#token=ada";

  it("signs in on the agent's own console", () => {
    const url = "http://127.0.0.1:3978/console/?session=s";
    expect(withToken(url, console)).toBe(`${url}#token=ada`);
  });

  it.each(["http://example.com/console/?session=s", "http://127.0.0.1:3978/other"])(
    "gives the token to nobody else: %s",
    (url) => expect(withToken(url, console)).toBe(url),
  );
});

describe("a link of Teams", () => {
  it("opens the room it names, if the agent is in it", () => {
    const rooms = [{ id: "19:a@thread.v2" }, { id: "19:b@thread.v2" }];
    const link = (id: string) =>
      `https://teams.microsoft.com/l/chat/${encodeURIComponent(id)}/0?tenantId=t`;
    expect(roomOf(link("19:b@thread.v2"), rooms)).toBe("19:b@thread.v2");
    expect(roomOf(link("19:c@thread.v2"), rooms)).toBeUndefined();
    expect(roomOf("http://127.0.0.1:1/console/", rooms)).toBeUndefined();
  });
});
