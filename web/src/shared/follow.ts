// A loop that keeps asking: long polls, reconnecting with back-off.
import { NetworkError } from "./http.ts";

/** Resolves after `ms`, or rejects at once when the signal fires. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/**
 * Asks once and resolves to whether the answer held anything new. `wait` is for how many seconds
 * the server may hold its answer back.
 */
export type Poll = (signal: AbortSignal, wait: number) => Promise<boolean>;

export interface FollowOptions {
  poll: Poll;
  signal: AbortSignal;
  /** Told when the connection is lost and when it is back. */
  onLink: (up: boolean) => void;
  sleep?: Sleep;
  /** Milliseconds on a clock that never jumps. */
  now?: () => number;
  /** 0 ≤ x < 1, spreads the reconnects of many pages. */
  random?: () => number;
}

/** How long a server may hold an answer back, in seconds. */
const WAIT_SECONDS = 25;
/** An answer without news that came sooner than this was not a long poll. */
const HELD_MS = 500;
/** The pause after such an answer, so that a server that never waits is not hammered. */
const PAUSE_MS = 1000;
/** A connection silent for longer than this is dead. */
const DEAD_MS = 40_000;

/**
 * Polls until the signal fires (then resolves) or a poll fails with anything
 * but a {@link NetworkError} (then rejects with that).
 */
export async function follow(options: FollowOptions): Promise<void> {
  const { poll, signal, onLink, sleep = pause, now = () => performance.now() } = options;
  let failures = 0;
  while (!signal.aborted) {
    const started = now();
    // After a failure the page wants to know at once whether the server is back.
    const wait = failures > 0 ? 0 : WAIT_SECONDS;
    try {
      const news = await poll(AbortSignal.any([signal, AbortSignal.timeout(DEAD_MS)]), wait);
      if (failures > 0) onLink(true);
      failures = 0;
      if (!news && wait > 0 && now() - started < HELD_MS) await sleep(PAUSE_MS, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof NetworkError) && !isTimeout(error)) throw error;
      failures += 1;
      if (failures === 1) onLink(false);
      await sleep(backOff(failures, options.random), signal).catch(() => undefined);
    }
  }
}

/** The pause before try number `failures` + 1: half a second doubled up to 15 s, half of it by chance. */
export function backOff(failures: number, random: () => number = Math.random): number {
  const ceiling = Math.min(15_000, 500 * 2 ** Math.min(failures, 10));
  return ceiling / 2 + (ceiling / 2) * random();
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}

export const pause: Sleep = (ms, signal) =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", cancelled, { once: true });
    function done(): void {
      signal.removeEventListener("abort", cancelled);
      resolve();
    }
    function cancelled(): void {
      clearTimeout(timer);
      reject(signal.reason);
    }
  });
