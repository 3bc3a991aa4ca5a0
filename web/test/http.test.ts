import { expect, it, describe as suite } from "vitest";
import { describe, type Fetch, NetworkError, ProblemError, request } from "../src/shared/http.ts";
import { snapshotPoll } from "../src/shared/snapshot.ts";

const answering =
  (status: number, body: string | null = null): Fetch =>
  async () =>
    new Response(body, { status });

suite("request", () => {
  it("carries the token and the body", async () => {
    let seen: RequestInit = {};
    const fetch: Fetch = async (_path, init) => {
      seen = init;
      return new Response(null, { status: 201 });
    };
    await request(fetch, "/x", { method: "POST", token: "t", body: { text: "hi" } });
    expect(seen.headers).toMatchObject({
      Authorization: "Bearer t",
      "Content-Type": "application/json",
    });
    expect(seen.body).toBe('{"text":"hi"}');
  });

  it.each([408, 429, 500, 502, 503, 504])("takes %i for a passing failure", async (status) => {
    await expect(request(answering(status), "/x")).rejects.toBeInstanceOf(NetworkError);
  });

  it("takes no answer for a passing failure", async () => {
    const fetch: Fetch = () => Promise.reject(new TypeError("failed to fetch"));
    await expect(request(fetch, "/x")).rejects.toBeInstanceOf(NetworkError);
  });

  it("reads the problem of a refusal", async () => {
    const body = JSON.stringify({ title: "Not found", detail: "No such session", status: 404 });
    const failure = await request(answering(404, body), "/x").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProblemError);
    expect((failure as ProblemError).message).toBe("Not found. No such session.");
  });

  it("survives a refusal that is not a problem document", async () => {
    const failure = request(answering(403, "<html>"), "/x");
    await expect(failure).rejects.toThrow("The server answered 403.");
  });
});

suite("describe", () => {
  it("names each field", () => {
    const errors = [{ field: "text", detail: "is too long" }];
    expect(describe({ title: "Refused", status: 422, errors })).toBe("Refused. text: is too long.");
  });
});

suite("snapshotPoll", () => {
  it("sends the ETag it holds and hands on only what changed", async () => {
    const tags: unknown[] = [];
    const fetch: Fetch = async (_path, init) => {
      const tag = (init.headers as Record<string, string>)["If-None-Match"];
      tags.push(tag);
      return tag === '"1"'
        ? new Response(null, { status: 304 })
        : new Response('{"n":1}', { headers: { ETag: '"1"' } });
    };
    const seen: unknown[] = [];
    const poll = snapshotPoll(fetch, "/x", {}, (value) => seen.push(value));
    const { signal } = new AbortController();
    expect([await poll(signal, 25), await poll(signal, 25)]).toEqual([true, false]);
    expect(tags).toEqual([undefined, '"1"']);
    expect(seen).toEqual([{ n: 1 }]);
  });
});
