// The bar on top: the five steps of a session and the next thing to do.
import { h, setText } from "../shared/dom.ts";
import { logo } from "../shared/logo.ts";
import type { DemoApi } from "./api.ts";
import type { DemoState } from "./contract.ts";
import { DayBar } from "./day-bar.ts";
import { advise, STEPS } from "./legend.ts";

export class LegendBar {
  readonly root: HTMLElement;
  readonly #text = h("p", { class: "advice", testid: "legend", attrs: { role: "status" } });
  readonly #day: DayBar;
  readonly #steps = STEPS.map((name) => h("li", { text: name }));

  constructor(api: DemoApi, onFailure: (error: unknown) => void) {
    this.#day = new DayBar(api, onFailure);
    this.root = h(
      "header",
      { class: "legend" },
      logo(28),
      h("h1", { text: "Beckon" }),
      this.#text,
      h("ol", { class: "steps", attrs: { "aria-label": "A session" } }, ...this.#steps),
      this.#day.root,
    );
  }

  set(state: DemoState): void {
    this.#day.set(state);
    const { step, text } = advise(state);
    setText(this.#text, text);
    this.#steps.forEach((item, index) => {
      item.className = index < step ? "done" : "";
      if (index === step) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
  }
}
