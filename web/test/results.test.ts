import { describe, expect, it } from "vitest";
import { dayText } from "../src/demo/day-bar.ts";
import { ResultsApi, signIn } from "../src/results/api.ts";
import type { Row } from "../src/results/contract.ts";
import { dayOf, daysBetween, eachDay, hourSpan, plusDays } from "../src/results/days.ts";
import { duration, inWords, percent, SEGMENTS, tiles } from "../src/results/figures.ts";
import { countTicks, labelEvery, timeTicks } from "../src/results/scale.ts";

/** A row with these outcomes by group, as the server adds them up. */
function row(figures: Partial<Row> = {}): Row {
  return {
    day: null,
    hour: null,
    service: null,
    channel: null,
    agent: null,
    sessions: 0,
    by_user: 0,
    by_system: 0,
    hang_ups: 0,
    not_handled: 0,
    errors: 0,
    outbound_accepted: 0,
    outbound_not_accepted: 0,
    queued: 0,
    waiting_p50_ms: null,
    waiting_p90_ms: null,
    waiting_mean_ms: null,
    connected_mean_ms: null,
    first_reply_mean_ms: null,
    rona_rate: null,
    stale: 0,
    stale_rate: null,
    reachability: null,
    acceptance_sla: null,
    hang_up_sla: null,
    outcomes: {},
    ...figures,
  };
}

describe("segments", () => {
  it("hold each session once, stale ones apart", () => {
    const mixed = row({
      sessions: 20,
      by_user: 7,
      by_system: 1,
      hang_ups: 4,
      not_handled: 5,
      errors: 1,
      outbound_accepted: 1,
      outbound_not_accepted: 1,
      stale: 3,
      outcomes: { stale_after_user: 2, stale_before_user: 1 },
    });
    const counts = Object.fromEntries(SEGMENTS.map(({ id, count }) => [id, count(mixed)]));
    expect(counts).toEqual({
      agent: 5,
      system: 1,
      outbound: 2,
      left: 4,
      unhandled: 4,
      stale: 3,
      error: 1,
    });
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(mixed.sessions);
    expect(inWords(mixed)).toMatch(/^20 sessions: 5 handled by an agent, .*3 ended as stale/);
    expect(inWords(row({ sessions: 1, hang_ups: 1 }))).toBe("1 session: 1 the customer left");
  });
});

describe("figures", () => {
  it.each([
    [null, "–"],
    [0, "0 s"],
    [9400, "9 s"],
    [59_600, "1 min"],
    [125_000, "2 min 5 s"],
    [3_780_000, "1 h 3 min"],
  ])("%s ms is %s", (ms, text) => expect(duration(ms)).toBe(text));

  it("says nothing of nothing", () => {
    expect(percent(null)).toBe("–");
    expect(percent(0.934)).toBe("93 %");
    expect(tiles(null, null).map(({ value }) => value)).toEqual(["0", ...Array(9).fill("–")]);
  });

  it("name the time that sessions were judged by", () => {
    const judged = row({ sessions: 4, acceptance_sla: 0.75, hang_up_sla: 0.5 });
    const said = (slaSeconds: number | null) =>
      tiles(judged, slaSeconds)
        .slice(2, 4)
        .map(({ name, value }) => `${name}: ${value}`);
    expect(said(30)).toEqual(["Accepted within 30 s: 75 %", "Left within 30 s: 50 %"]);
    expect(said(null)).toEqual([
      "Accepted within the agreed time: 75 %",
      "Left within the agreed time: 50 %",
    ]);
  });
});

describe("days", () => {
  it("are those of the tenant's zone", () => {
    expect(dayOf("2027-03-27T23:30:00Z", "Europe/Zurich")).toBe("2027-03-28");
    expect(dayOf("2027-03-27T23:30:00Z", "UTC")).toBe("2027-03-27");
    expect(plusDays("2027-02-28", 1)).toBe("2027-03-01");
    // Clocks change in between: a day is still a day.
    expect(daysBetween("2027-03-27", "2027-03-29")).toBe(2);
    expect(eachDay("2026-12-31", "2027-01-02")).toEqual(["2026-12-31", "2027-01-01"]);
    expect(hourSpan(9)).toBe("09–10");
  });
});

describe("axes", () => {
  it.each([
    [0, [0, 1]],
    [3, [0, 1, 2, 3]],
    [6, [0, 2, 4, 6]],
    [11, [0, 5, 10, 15]],
    [480, [0, 100, 200, 300, 400, 500]],
  ])("up to %i sessions have round ticks", (max, ticks) => expect(countTicks(max)).toEqual(ticks));

  it.each([
    [0, [0, 1]],
    [9000, [0, 2, 4, 6, 8, 10]],
    [900_000, [0, 300, 600, 900]],
  ])("up to %i ms have ticks that people count in", (max, seconds) =>
    expect(timeTicks(max)).toEqual(seconds.map((value) => value * 1000)),
  );

  it("shows as many labels as fit", () => {
    expect(labelEvery(24, 600, 44)).toBe(2);
    expect(labelEvery(3, 600, 44)).toBe(1);
    expect(labelEvery(24, 10, 44)).toBe(24);
  });
});

describe("the API", () => {
  it("asks with the token, and leaves away what is not filtered by", async () => {
    const calls: [string, RequestInit][] = [];
    const fetch = async (path: string, init: RequestInit): Promise<Response> => {
      calls.push([path, init]);
      return Response.json({ token: "t1", rows: [] });
    };
    const token = await signIn(fetch, "bk_1");
    const api = new ResultsApi(fetch, token);
    await api.report("hour", { from: "2027-01-01", to: "2027-01-02", service: "" });
    await api.csv("channel", { from: "2027-01-01", to: "2027-01-02", service: "sup&port" });
    const [sign, first, second] = calls;
    expect(sign?.[1].body).toBe('{"key":"bk_1","page":"results"}');
    expect(first?.[0]).toBe("/api/v1/reports?by=hour&format=json&from=2027-01-01&to=2027-01-02");
    expect(second?.[0]).toContain("format=csv&from=2027-01-01&to=2027-01-02&service=sup%26port");
    expect(first?.[1].headers).toMatchObject({ Authorization: "Bearer t1" });
  });
});

describe("the demo's time", () => {
  const day = { doing: null, played: 0, of: 0, ahead_ms: 0, failed: null };
  it("is said in words", () => {
    expect(dayText(day, 0)).toBe("");
    expect(dayText({ ...day, doing: "playing", played: 3, of: 24 }, 0)).toContain("3 of 24");
    expect(dayText({ ...day, failed: "nobody came" }, 0)).toContain("nobody came");
    expect(dayText({ ...day, ahead_ms: 86_400_000 }, 0)).toContain("2 Jan");
  });
});
