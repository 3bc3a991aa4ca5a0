// The demo's time: play a day, let one pass, see what came of it.
import { h, setText } from "../shared/dom.ts";
import type { DemoApi } from "./api.ts";
import type { Day, DemoState } from "./contract.ts";

export class DayBar {
  readonly root: HTMLElement;
  readonly #clock = h("span", { class: "quiet", testid: "day-clock", attrs: { role: "status" } });
  readonly #play: HTMLButtonElement;
  readonly #pass: HTMLButtonElement;
  readonly #results = h("a", {
    testid: "results",
    text: "Results",
    attrs: { target: "beckon-results" },
  });

  constructor(api: DemoApi, onFailure: (error: unknown) => void) {
    const button = (testid: string, text: string, title: string, run: () => Promise<void>) =>
      h("button", {
        testid,
        text,
        attrs: { type: "button", title },
        on: { click: () => void run().catch(onFailure) },
      });
    this.#play = button(
      "play-day",
      "Play a day",
      "Two dozen customers on three channels, through the same API",
      () => api.playDay(),
    );
    this.#pass = button(
      "pass-day",
      "Let a day pass",
      "To the next morning: timers and the daily sweep come when they are due",
      () => api.passDay(),
    );
    this.root = h(
      "div",
      { class: "day", attrs: { role: "group", "aria-label": "The demo's time" } },
      this.#clock,
      this.#play,
      this.#pass,
      this.#results,
    );
  }

  set({ day, results_url }: DemoState): void {
    setText(this.#clock, dayText(day, Date.now()));
    this.#play.disabled = day.doing !== null;
    this.#pass.disabled = day.doing !== null;
    this.#results.href = results_url;
  }
}

/** How the time stands, in words. `now`: the machine's clock. */
export function dayText({ doing, played, of, ahead_ms, failed }: Day, now: number): string {
  if (doing === "playing") return `Playing the day: ${played} of ${of} …`;
  if (doing === "passing") return "The night passes …";
  if (failed !== null) return `The day ended early: ${failed}.`;
  if (ahead_ms === 0) return "";
  const at = new Date(now + ahead_ms);
  const day = at.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "short" });
  const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  return `${day}, ${time}`;
}
