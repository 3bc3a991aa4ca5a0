// One agent's Teams: the chat with the bot, and a tab for each room.
import { avatar } from "../shared/avatar.ts";
import { h, KeyedList, setText, show } from "../shared/dom.ts";
import { explain } from "../shared/http.ts";
import type { DemoApi } from "./api.ts";
import type { Agent, Post } from "./contract.ts";
import { roomOf, withToken } from "./open-chat.ts";
import { Posts } from "./posts.ts";
import { sayForm } from "./say.ts";

/** The chat with the bot; a room has its own id. */
const BOT = "bot";

/** A chat of the agent: what its tab says, and what is in it. */
interface Chat {
  id: string;
  name: string;
  messages: Post[];
}

export class AgentPane {
  readonly root: HTMLElement;
  readonly #api: DemoApi;
  readonly #tabs: KeyedList<Chat>;
  readonly #chats: KeyedList<Chat>;
  #agent: Agent;
  #open = BOT;

  constructor(agent: Agent, api: DemoApi) {
    this.#agent = agent;
    this.#api = api;
    const tabs = h("div", {
      class: "chat-tabs",
      attrs: { role: "tablist", "aria-label": `${agent.name}'s chats` },
    });
    const chats = h("div", { class: "chats" });
    const key = ({ id }: Chat): string => id;
    this.#tabs = new KeyedList<Chat>(tabs, key, (chat) => this.#tab(chat));
    this.#chats = new KeyedList<Chat>(chats, key, (chat) => this.#chat(chat));
    const who = h(
      "div",
      { class: "stack grow" },
      h("strong", { class: "ellipsis", text: agent.name }),
      h("span", { class: "quiet", text: "Agent · Microsoft Teams" }),
    );
    this.root = h(
      "section",
      { class: "teams", testid: "agent", attrs: { "aria-label": agent.name } },
      h("header", {}, avatar(agent.name), who),
      tabs,
      chats,
    );
    this.root.dataset.agent = agent.id;
  }

  set(agent: Agent): void {
    this.#agent = agent;
    // Whoever was removed from a room does not see it any more.
    if (agent.rooms.every(({ id }) => id !== this.#open)) this.#open = BOT;
    this.#draw();
  }

  #draw(): void {
    const bot = { id: BOT, name: "Beckon", messages: this.#agent.messages };
    const all = [bot, ...this.#agent.rooms];
    this.#tabs.set(all);
    this.#chats.set(all);
  }

  #tab(first: Chat): { root: HTMLElement; update: (chat: Chat) => void } {
    let read = 0;
    const root = h("button", {
      class: "chat-tab",
      testid: "chat-tab",
      attrs: { type: "button", role: "tab" },
      on: { click: () => this.#show(first.id) },
    });
    const update = ({ id, name, messages }: Chat): void => {
      const open = id === this.#open;
      if (open) read = messages.length;
      setText(root, name);
      root.title = name;
      root.setAttribute("aria-selected", String(open));
      root.classList.toggle("unread", messages.length > read);
    };
    return { root, update };
  }

  #chat(first: Chat): { root: HTMLElement; update: (chat: Chat) => void } {
    const { id } = first;
    const inBot = id === BOT;
    const posts = new Posts(
      inBot ? `${this.#agent.name}'s chat with Beckon` : first.name,
      inBot ? "Invitations appear here." : "The room is being prepared.",
      {
        execute: (message, verb, inputs) => this.#click(message, verb, inputs),
        openUrl: (url) => this.#openUrl(url),
      },
    );
    const say = sayForm({
      label: inBot ? "Write to Beckon" : "Write to the customer",
      testid: inBot ? "agent" : "room",
      send: (text) =>
        inBot
          ? this.#api.writeAsAgent(this.#agent.id, text)
          : this.#api.writeInRoom(this.#agent.id, id, text),
    });
    const root = h(
      "div",
      { class: "chat", testid: inBot ? "bot-chat" : "room", attrs: { role: "tabpanel" } },
      posts.root,
      say,
    );
    const update = ({ messages }: Chat): void => {
      const appears = root.hidden && id === this.#open;
      show(root, id === this.#open);
      posts.set(messages);
      if (appears) posts.toEnd();
    };
    return { root, update };
  }

  #show(chat: string): void {
    this.#open = chat;
    this.#draw();
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

  #openUrl(url: string): void {
    const room = roomOf(url, this.#agent.rooms);
    if (room) {
      this.#show(room);
      return;
    }
    // One tab per agent, used again: a browser opens few connections per host.
    window.open(withToken(url, this.#agent.console_url), `console-${this.#agent.id}`);
  }
}
