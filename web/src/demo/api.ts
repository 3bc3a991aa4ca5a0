// The demo page's calls.
import { type Fetch, request } from "../shared/http.ts";
import type { ClickResult } from "./contract.ts";

export class DemoApi {
  readonly #fetch: Fetch;

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  async writeAsCustomer(text: string): Promise<void> {
    await this.#post("customer/messages", { text });
  }

  async nextCustomer(): Promise<void> {
    await this.#post("customer/new");
  }

  /** Plays a day of sessions, in the background. */
  async playDay(): Promise<void> {
    await this.#post("day/play");
  }

  /** Lets the time pass to the next morning, in the background. */
  async passDay(): Promise<void> {
    await this.#post("day/pass");
  }

  async writeAsAgent(agent: string, text: string): Promise<void> {
    await this.#post(`agents/${encodeURIComponent(agent)}/messages`, { text });
  }

  async writeInRoom(agent: string, room: string, text: string): Promise<void> {
    const path = `agents/${encodeURIComponent(agent)}/rooms/${encodeURIComponent(room)}/messages`;
    await this.#post(path, { text });
  }

  /** Clicks an `Action.Execute`: the stand-in for Teams signs it and delivers it to the bot. */
  async click(
    agent: string,
    message: string,
    verb: string,
    inputs: Record<string, string>,
  ): Promise<ClickResult> {
    const body = { message_id: message, verb, inputs };
    const response = await this.#post(`agents/${encodeURIComponent(agent)}/click`, body);
    return (await response.json()) as ClickResult;
  }

  #post(path: string, body?: unknown): Promise<Response> {
    return request(this.#fetch, `/demo/${path}`, { method: "POST", body });
  }
}
