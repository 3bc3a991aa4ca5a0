import { describe, expect, it } from "vitest";
import { parseTags } from "../src/console/codes.ts";
import { humanise } from "../src/console/labels.ts";
import { initials } from "../src/shared/avatar.ts";
import { formatSpan } from "../src/shared/clock.ts";
import { takeToken } from "../src/shared/token.ts";
import { uuid } from "../src/shared/uuid.ts";

describe("takeToken", () => {
  it("takes the token out of the address and leaves the rest", () => {
    expect(takeToken("http://localhost/console/?session=s#token=abc&x=1")).toEqual({
      token: "abc",
      address: "http://localhost/console/?session=s#x=1",
    });
    expect(takeToken("http://localhost/console/#token=abc").address).toBe(
      "http://localhost/console/",
    );
  });

  it("leaves an address without a token alone", () => {
    const address = "http://localhost/console/?token=not-here#top";
    expect(takeToken(address)).toEqual({ token: null, address });
  });
});

describe("formatSpan", () => {
  it.each([
    [-5000, "0:00"],
    [7400, "0:07"],
    [750_000, "12:30"],
    [3_723_000, "1:02:03"],
  ])("%i ms is %s", (ms, text) => expect(formatSpan(ms)).toBe(text));
});

describe("initials", () => {
  it.each([
    ["Grace Brewster Hopper", "GH"],
    ["Plato", "P"],
    ["  ", "?"],
    ["𝒜da 𝓛ovelace", "𝒜𝓛"],
  ])("%s → %s", (name, text) => expect(initials(name)).toBe(text));
});

describe("parseTags", () => {
  it.each([
    ["vip, late ,", ["vip", "late"]],
    [" , ", []],
    ["two words", ["two words"]],
  ])("%j is %j", (text, tags) => expect(parseTags(text)).toEqual(tags));
});

describe("humanise", () => {
  it("turns a code into words", () => expect(humanise("queue_timeout")).toBe("Queue timeout"));
});

describe("uuid", () => {
  it("is a version 4 UUID and new each time", () => {
    const ids = Array.from({ length: 50 }, uuid);
    for (const id of ids) {
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    }
    expect(new Set(ids).size).toBe(50);
  });
});
