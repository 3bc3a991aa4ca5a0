// The console's calls, bound to one signed-in agent.
import { observe } from "../shared/clock.ts";
import type { Poll } from "../shared/follow.ts";
import { type Fetch, request } from "../shared/http.ts";
import { snapshotPoll } from "../shared/snapshot.ts";
import type {
  CommandResult,
  Decision,
  Inbox,
  Messages,
  Preferences,
  SaidCodes,
  SignIn,
} from "./contract.ts";

const BASE = "/api/v1";

export async function signIn(fetch: Fetch, key: string): Promise<SignIn> {
  const response = await request(fetch, `${BASE}/sign-in`, { method: "POST", body: { key } });
  return (await response.json()) as SignIn;
}

export class ConsoleApi {
  readonly #fetch: Fetch;
  readonly #token: string;

  constructor(fetch: Fetch, token: string) {
    this.#fetch = fetch;
    this.#token = token;
  }

  inboxPoll(onInbox: (inbox: Inbox) => void): Poll {
    const path = `${BASE}/console/inbox`;
    return snapshotPoll<Inbox>(this.#fetch, path, { token: this.#token }, (inbox, response) => {
      observe(response);
      onInbox(inbox);
    });
  }

  /** Messages after `seq`; the server waits for one up to `wait` seconds if there is none yet. */
  async messages(
    session: string,
    seq: number,
    signal: AbortSignal,
    wait: number,
  ): Promise<Messages> {
    const path = `${BASE}/console/sessions/${encodeURIComponent(session)}/messages?after=${seq}`;
    const headers = { Prefer: `wait=${wait}` };
    const response = await request(this.#fetch, path, { token: this.#token, headers, signal });
    return (await response.json()) as Messages;
  }

  /** Sends a message. Sent again with the same id it still arrives once. */
  async send(session: string, clientMessageId: string, text: string): Promise<void> {
    await this.#post(`sessions/${encodeURIComponent(session)}/messages`, {
      client_message_id: clientMessageId,
      text,
    });
  }

  decide(invitation: string, decision: Decision): Promise<CommandResult> {
    return this.#post(`invitations/${encodeURIComponent(invitation)}/${decision}`);
  }

  /** What is said takes the place of all that was. */
  async say(invitation: string, said: SaidCodes): Promise<void> {
    await request(this.#fetch, `${BASE}/invitations/${encodeURIComponent(invitation)}/codes`, {
      method: "PUT",
      token: this.#token,
      body: said,
    });
  }

  /** Confirms that the agent sees an invitation; its ring time runs from then on. */
  async seen(invitation: string): Promise<void> {
    const path = `${BASE}/console/invitations/${encodeURIComponent(invitation)}/seen`;
    await request(this.#fetch, path, { method: "POST", token: this.#token });
  }

  /** Chooses whether invitations come in Teams, too. */
  async prefer(inviteInTeams: boolean): Promise<Preferences> {
    const response = await request(this.#fetch, `${BASE}/console/preferences`, {
      method: "PUT",
      token: this.#token,
      body: { invite_in_teams: inviteInTeams },
    });
    return (await response.json()) as Preferences;
  }

  /** The agent is back: what they did not answer holds no invitations back any more. */
  async back(): Promise<void> {
    const path = `${BASE}/console/reset-rona`;
    await request(this.#fetch, path, { method: "POST", token: this.#token });
  }

  terminate(session: string): Promise<CommandResult> {
    return this.#post(`sessions/${encodeURIComponent(session)}/terminate`);
  }

  async #post(path: string, body?: unknown): Promise<CommandResult> {
    const response = await request(this.#fetch, `${BASE}/console/${path}`, {
      method: "POST",
      token: this.#token,
      body,
    });
    return (await response.json()) as CommandResult;
  }
}
