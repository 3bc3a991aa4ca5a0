// One agent's Teams chat with the bot.
import { avatar } from "../shared/avatar.ts";
import { h, KeyedList, setText, show } from "../shared/dom.ts";
import { explain } from "../shared/http.ts";
import { logo } from "../shared/logo.ts";
import type { DemoApi } from "./api.ts";
import { CardView } from "./card.ts";
import type { Agent, BotMessage } from "./contract.ts";
import { withToken } from "./open-console.ts";
import { sayForm } from "./say.ts";

export class AgentPane {
  readonly root: HTMLElement;
  readonly #api: DemoApi;
  readonly #list: KeyedList<BotMessage>;
  readonly #scroller: HTMLElement;
  readonly #hint = h("p", { class: "empty quiet", text: "Invitations appear here." });
  #agent: Agent;

  constructor(agent: Agent, api: DemoApi) {
    this.#agent = agent;
    this.#api = api;
    const list = h("ol", { class: "posts" });
    const attrs = { role: "log", "aria-label": `${agent.name}'s chat with Beckon`, tabindex: "0" };
    this.#scroller = h("div", { class: "log", attrs }, this.#hint, list);
    this.#list = new KeyedList<BotMessage>(
      list,
      (message) => message.id,
      (message) => this.#row(message),
    );
    const who = h(
      "div",
      { class: "stack grow" },
      h("strong", { class: "ellipsis", text: agent.name }),
      h("span", { class: "quiet", text: "Agent · chat with Beckon in Teams" }),
    );
    const say = sayForm({
      label: "Write to Beckon",
      testid: "agent",
      send: (text) => api.writeAsAgent(agent.id, text),
    });
    this.root = h(
      "section",
      { class: "teams", testid: "agent", attrs: { "aria-label": agent.name } },
      h("header", {}, avatar(agent.name), who),
      this.#scroller,
      say,
    );
    this.root.dataset.agent = agent.id;
  }

  set(agent: Agent): void {
    this.#agent = agent;
    show(this.#hint, agent.messages.length === 0);
    const before = this.#scroller.scrollHeight;
    this.#list.set(agent.messages);
    if (this.#scroller.scrollHeight !== before) {
      this.#scroller.scrollTop = this.#scroller.scrollHeight;
    }
  }

  #row(first: BotMessage): { root: HTMLElement; update: (message: BotMessage) => void } {
    const mine = first.from === "me";
    const text = h("div", { class: "bubble", attrs: { dir: "auto" } });
    const card = new CardView({
      execute: (verb, inputs) => this.#click(first.id, verb, inputs),
      openUrl: (url) => this.#open(url),
    });
    const body = h("div", { class: "stack grow" });
    const root = h("li", { class: `post ${mine ? "mine" : "bot"}`, testid: "post" });
    if (!mine) root.append(logo(32, "bot-face"));
    root.append(body);
    const update = (message: BotMessage): void => {
      if (message.card) card.update(message.card);
      setText(text, message.text ?? "");
      const parts = [message.text === null ? null : text, message.card ? card.root : null];
      const wanted = parts.filter((part) => part !== null);
      if (wanted.some((part, index) => body.children[index] !== part)) {
        body.replaceChildren(...wanted);
      }
    };
    return { root, update };
  }

  async #click(
    message: string,
    verb: string,
    inputs: Record<string, string>,
  ): Promise<string | null> {
    try {
      const result = await this.#api.click(this.#agent.id, message, verb, inputs);
      const fallback = result.status >= 400 ? `Teams would show: error ${result.status}` : null;
      return result.message ?? fallback;
    } catch (error) {
      return explain(error);
    }
  }

  #open(url: string): void {
    // One tab per agent, used again: a browser opens few connections per host.
    window.open(withToken(url, this.#agent.console_url), `console-${this.#agent.id}`);
  }
}
