// The bar on top: who is signed in, how they stand, and whether we are in
// touch with the server.
import { avatar } from "../shared/avatar.ts";
import { formatTime } from "../shared/clock.ts";
import { h, setText, show } from "../shared/dom.ts";
import { logo } from "../shared/logo.ts";
import type { Inbox } from "./contract.ts";
import { stateLabel } from "./labels.ts";

export class Header {
  readonly root: HTMLElement;
  readonly #face = h("span", { class: "face" });
  readonly #name = h("strong", { class: "ellipsis", testid: "agent-name" });
  readonly #state = h("span", { class: "presence", testid: "agent-state" });
  readonly #link = h("span", {
    class: "reconnecting",
    testid: "reconnecting",
    text: "Reconnecting…",
  });

  readonly #invites = h("input", { testid: "invite-in-teams", attrs: { type: "checkbox" } });

  readonly #flag = h("span", { class: "flag", testid: "flagged" });
  readonly #flagText = h("span", {});

  constructor(signOut: () => void, prefer: (inviteInTeams: boolean) => void, back: () => void) {
    const button = h("button", {
      testid: "i-am-back",
      text: "I am back",
      attrs: { type: "button" },
      on: { click: back },
    });
    this.#flag.append(this.#flagText, button);
    show(this.#flag, false);
    this.#invites.addEventListener("change", () => prefer(this.#invites.checked));
    const leave = h("button", {
      class: "subtle",
      testid: "sign-out",
      text: "Sign out",
      attrs: { type: "button" },
      on: { click: signOut },
    });
    // The status role speaks when its content changes, so it stays in the page.
    const link = h("span", { attrs: { role: "status" } }, this.#link);
    show(this.#link, false);
    this.root = h(
      "header",
      { class: "top" },
      logo(24),
      h("h1", { text: "Beckon" }),
      h("span", { class: "grow" }),
      link,
      h("span", { attrs: { role: "status" } }, this.#flag),
      h("label", { class: "switch" }, this.#invites, h("span", { text: "Invite me in Teams" })),
      this.#face,
      h("span", { class: "stack" }, this.#name, this.#state),
      leave,
    );
  }

  setAgent({ name, state, invite_in_teams, flagged_until }: Inbox["agent"]): void {
    this.#invites.checked = invite_in_teams;
    if (this.#name.textContent !== name) this.#face.replaceChildren(avatar(name));
    setText(this.#name, name);
    setText(this.#state, stateLabel(state));
    this.#state.dataset.state = state;
    show(this.#flag, flagged_until !== null);
    const until = flagged_until === null ? "" : formatTime(flagged_until);
    setText(this.#flagText, until && `You missed an invitation. No more come until ${until}.`);
  }

  setLink(up: boolean): void {
    show(this.#link, !up);
  }
}
