// What an agent has written and the server has not yet acknowledged: one in
// flight, in order, each with an id that makes a second try harmless.
import { backOff, type Sleep } from "../shared/follow.ts";
import { NetworkError, ProblemError } from "../shared/http.ts";

export interface Draft {
  id: string;
  text: string;
}

export interface OutboxPorts {
  send: (draft: Draft) => Promise<void>;
  /** The pending drafts changed; `retrying` when the newest try found no server. */
  onChange: (pending: readonly Draft[], retrying: boolean) => void;
  /** The sign-in ran out: the drafts stay saved until this agent is back. */
  onSignedOut: (error: ProblemError) => void;
  /** The server will never take this draft: its text goes back to its author. */
  onRefused: (draft: Draft, error: unknown) => void;
  /** Keeps the pending drafts across a reload. */
  save: (pending: readonly Draft[]) => void;
  sleep: Sleep;
  signal: AbortSignal;
}

export class Outbox {
  readonly #ports: OutboxPorts;
  readonly #pending: Draft[];
  #running = false;

  /** Starts with the drafts that an earlier page left behind, and sends them. */
  constructor(ports: OutboxPorts, left: readonly Draft[] = []) {
    this.#ports = ports;
    this.#pending = [...left];
    if (left.length > 0) void this.#run();
  }

  add(draft: Draft): void {
    this.#pending.push(draft);
    this.#changed(false);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    let failures = 0;
    while (!this.#ports.signal.aborted) {
      const draft = this.#pending[0];
      if (!draft) break;
      try {
        await this.#ports.send(draft);
      } catch (error) {
        if (error instanceof NetworkError) {
          failures += 1;
          this.#changed(true);
          // A cancelled pause means that the page is done with this agent.
          await this.#ports.sleep(backOff(failures), this.#ports.signal).catch(() => undefined);
          continue;
        }
        if (error instanceof ProblemError && error.problem.status === 401) {
          this.#ports.onSignedOut(error);
          break;
        }
        this.#ports.onRefused(draft, error);
      }
      failures = 0;
      this.#pending.shift();
      this.#changed(false);
    }
    this.#running = false;
  }

  #changed(retrying: boolean): void {
    this.#ports.save(this.#pending);
    this.#ports.onChange(this.#pending, retrying);
  }
}
