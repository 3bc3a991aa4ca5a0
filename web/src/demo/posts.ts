// The posts of one Teams chat: the agent's chat with the bot, or a room.
import { avatar } from "../shared/avatar.ts";
import { h, KeyedList, setText, show } from "../shared/dom.ts";
import { logo } from "../shared/logo.ts";
import { type CardPorts, CardView } from "./card.ts";
import type { Post } from "./contract.ts";
import { drawMarkup } from "./markup.ts";

export interface PostsPorts {
  execute: (message: string, ...click: Parameters<CardPorts["execute"]>) => Promise<string | null>;
  openUrl: CardPorts["openUrl"];
}

export class Posts {
  readonly root: HTMLElement;
  readonly #ports: PostsPorts;
  readonly #list: KeyedList<Post>;
  readonly #hint: HTMLElement;

  constructor(label: string, hint: string, ports: PostsPorts) {
    this.#ports = ports;
    this.#hint = h("p", { class: "empty quiet", text: hint });
    const list = h("ol", { class: "posts" });
    const attrs = { role: "log", "aria-label": label, tabindex: "0" };
    this.root = h("div", { class: "log", attrs }, this.#hint, list);
    this.#list = new KeyedList<Post>(
      list,
      (post) => post.id,
      (post) => this.#row(post),
    );
  }

  set(posts: readonly Post[]): void {
    show(this.#hint, posts.length === 0);
    const before = this.root.scrollHeight;
    this.#list.set(posts);
    if (this.root.scrollHeight !== before) this.toEnd();
  }

  toEnd(): void {
    this.root.scrollTop = this.root.scrollHeight;
  }

  #row(first: Post): { root: HTMLElement; update: (post: Post) => void } {
    const text = h("div", { class: "bubble", attrs: { dir: "auto" } });
    const card = new CardView({
      execute: (verb, inputs) => this.#ports.execute(first.id, verb, inputs),
      openUrl: (url) => this.#ports.openUrl(url),
    });
    const body = h("div", { class: "stack grow" });
    const side = first.from === "me" ? "mine" : "theirs";
    const root = h("li", { class: `post ${side}`, testid: "post" });
    if (first.from === "bot") root.append(logo(32, "bot-face"));
    if (first.from === "other") root.append(avatar(first.name ?? ""));
    root.append(body);
    let drawn: string | null = null;
    const update = (post: Post): void => {
      if (post.card) card.update(post.card);
      if (post.text !== drawn) {
        drawn = post.text;
        if (post.markup) text.replaceChildren(drawMarkup(drawn ?? ""));
        else setText(text, drawn ?? "");
      }
      const parts = [post.text === null ? null : text, post.card ? card.root : null];
      const wanted = parts.filter((part) => part !== null);
      if (wanted.some((part, index) => body.children[index] !== part)) {
        body.replaceChildren(...wanted);
      }
    };
    return { root, update };
  }
}
