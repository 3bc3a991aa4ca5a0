// After the end: how long the agent is still spared, and the way out of it.
import { formatSpan, serverNow } from "../shared/clock.ts";
import { h, setText, show } from "../shared/dom.ts";
import type { Session } from "./contract.ts";

export class WrapUpPanel {
  readonly root: HTMLElement;
  readonly #countdown = h("span", { class: "timer", testid: "wrap-up-countdown" });
  readonly #extend = h("button", {
    testid: "extend",
    text: "Extend",
    attrs: { type: "button" },
  });
  readonly #finish = h("button", {
    testid: "finish",
    text: "Finish wrap-up",
    attrs: { type: "button" },
  });
  #until: number | null = null;
  #held = false;

  constructor(finish: () => Promise<void>, extend: () => Promise<void>) {
    once(this.#finish, finish);
    once(this.#extend, extend);
    this.root = h(
      "div",
      { class: "wrap-up", testid: "wrap-up" },
      h("strong", { text: "Wrap-up" }),
      this.#countdown,
      this.#extend,
      this.#finish,
    );
  }

  set(session: Session): void {
    show(this.root, session.phase === "wrap_up");
    this.#until = session.wrap_up_until === null ? null : Date.parse(session.wrap_up_until);
    this.#held = session.wrap_up?.held ?? false;
    show(this.#finish, session.wrap_up?.can_finish ?? false);
    show(this.#extend, (session.wrap_up?.extensions_left ?? 0) > 0);
    this.tick();
  }

  /** Once a second. */
  tick(): void {
    setText(this.#countdown, this.#text());
  }

  #text(): string {
    if (this.#until === null) return "No new chats until you finish.";
    const left = formatSpan(this.#until - serverNow());
    return this.#held
      ? `Please choose the required codes. No new chats for ${left}.`
      : `No new chats for ${left}.`;
  }
}

/** A button that is off while what it began goes on. */
function once(button: HTMLButtonElement, begin: () => Promise<void>): void {
  button.addEventListener("click", () => {
    button.disabled = true;
    void begin().finally(() => {
      button.disabled = false;
    });
  });
}
