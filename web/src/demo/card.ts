// One Adaptive Card, drawn by Microsoft's renderer.
import { type Action, type AdaptiveCard, ExecuteAction, OpenUrlAction } from "adaptivecards";
import { emptyCard } from "../shared/cards/render.ts";
import { h, setText, show } from "../shared/dom.ts";

export interface CardPorts {
  /**
   * Presses an action with what was typed into the card's inputs. Resolves to what went wrong, in
   * words, or null.
   */
  execute: (verb: string, inputs: Record<string, string>) => Promise<string | null>;
  openUrl: (url: string) => void;
}

export class CardView {
  readonly root: HTMLElement;
  readonly #ports: CardPorts;
  readonly #body = h("div", { class: "card-body" });
  readonly #error = h("p", {
    class: "field-error",
    testid: "card-error",
    attrs: { role: "alert" },
  });
  #drawn = "";

  constructor(ports: CardPorts) {
    this.#ports = ports;
    this.root = h("div", { class: "adaptive-card", testid: "card" }, this.#body, this.#error);
    show(this.#error, false);
  }

  /** Draws the card; a card that has not changed keeps its half-filled inputs. */
  update(payload: object): void {
    const json = JSON.stringify(payload);
    if (json === this.#drawn) return;
    this.#drawn = json;
    show(this.#error, false);
    const card = emptyCard();
    card.onExecuteAction = (action) => void this.#run(card, action);
    card.parse(payload);
    const element = card.render();
    this.#body.replaceChildren(...(element ? [element] : []));
  }

  async #run(card: AdaptiveCard, action: Action): Promise<void> {
    if (action instanceof OpenUrlAction) {
      if (action.url) this.#ports.openUrl(action.url);
      return;
    }
    if (!(action instanceof ExecuteAction)) return;
    this.#setBusy(true);
    // Only the inputs: the author's data is merged in by the client, and that is `fake-teams`.
    const error = await this.#ports.execute(action.verb ?? "", inputsOf(card));
    this.#setBusy(false);
    show(this.#error, error !== null);
    setText(this.#error, error ?? "");
  }

  #setBusy(busy: boolean): void {
    this.root.setAttribute("aria-busy", String(busy));
    for (const button of this.#body.querySelectorAll("button")) button.disabled = busy;
  }
}

/** What stands in the card's inputs, by their ids. */
function inputsOf(card: AdaptiveCard): Record<string, string> {
  const filled = card.getAllInputs().filter((input) => input.id && input.value !== undefined);
  return Object.fromEntries(filled.map((input) => [input.id, String(input.value)]));
}
