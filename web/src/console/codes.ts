// What a chat was about: two lists to choose from, and tags. What the agent has
// begun to choose or type is never replaced by what the server says.
import { h, setText, show } from "../shared/dom.ts";
import type { Choices, Code, CodeList, Codes, SaidCodes } from "./contract.ts";
import { Unsaved } from "./unsaved.ts";

/** Tags as they are typed: with commas between them. */
export function parseTags(text: string): string[] {
  return text
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
}

export class CodesPanel {
  readonly root: HTMLFormElement;
  readonly #codes = new Choice("codes", () => this.#touch());
  readonly #codes2 = new Choice("codes2", () => this.#touch());
  readonly #tags = h("input", {
    testid: "tags",
    attrs: { type: "text", placeholder: "Separated by commas", "aria-label": "Tags" },
  });
  readonly #tagsField = field("Tags", this.#tags);
  readonly #save = h("button", { testid: "save-codes", text: "Save", attrs: { type: "submit" } });
  readonly #send: (said: SaidCodes) => Promise<boolean>;
  /** What is chosen or typed and the server does not have. */
  readonly #unsaved = new Unsaved();

  /** `send` says whether it was taken. */
  constructor(send: (said: SaidCodes) => Promise<boolean>) {
    this.#send = send;
    this.#tags.addEventListener("input", () => this.#touch());
    this.root = h(
      "form",
      { class: "codes", testid: "codes" },
      this.#codes.root,
      this.#codes2.root,
      this.#tagsField,
      this.#save,
    );
    this.root.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#touch();
      void this.save();
    });
  }

  set(codes: Codes | null, offered: Choices | undefined): void {
    show(this.root, codes !== null);
    if (codes === null) return;
    this.#codes.offer(codes.codes, offered?.codes ?? []);
    this.#codes2.offer(codes.codes2, offered?.codes2 ?? []);
    for (const choice of [this.#codes, this.#codes2]) choice.open(codes.open);
    if (!this.#unsaved.any) {
      this.#codes.value = codes.codes?.chosen ?? null;
      this.#codes2.value = codes.codes2?.chosen ?? null;
    }
    show(this.#tagsField, codes.tags !== null);
    this.#tags.disabled = !codes.open;
    if (!this.#unsaved.any) this.#tags.value = (codes.tags ?? []).join(", ");
    show(this.#save, codes.open);
  }

  /** Saves what is chosen and typed, if that is news. False: it was refused. */
  async save(): Promise<boolean> {
    if (!this.#unsaved.any) return true;
    this.#save.disabled = true;
    const said: SaidCodes = {
      codes: this.#codes.value,
      codes2: this.#codes2.value,
      tags: parseTags(this.#tags.value),
    };
    const taken = await this.#unsaved.save(() => this.#send(said));
    this.#save.disabled = false;
    return taken;
  }

  #touch(): void {
    this.#unsaved.touch();
  }
}

/** One list, as a drop-down. */
class Choice {
  readonly root: HTMLElement;
  readonly #name = h("span");
  readonly #select: HTMLSelectElement;
  #offered = "";

  constructor(testid: string, touch: () => void) {
    this.#select = h("select", { testid, on: { change: touch } });
    this.root = h("label", {}, this.#name, this.#select);
  }

  get value(): string | null {
    return this.#select.value === "" ? null : this.#select.value;
  }

  set value(chosen: string | null) {
    this.#select.value = chosen ?? "";
  }

  open(open: boolean): void {
    this.#select.disabled = !open;
  }

  offer(list: CodeList | null, choices: readonly Code[]): void {
    show(this.root, list !== null);
    if (list === null) return;
    setText(this.#name, list.required ? `${list.name} (required)` : list.name);
    const offered = JSON.stringify(choices);
    if (offered !== this.#offered) {
      const chosen = this.#select.value;
      const options = choices.map(({ id, label }) =>
        h("option", { text: label, attrs: { value: id } }),
      );
      this.#select.replaceChildren(
        h("option", { text: "Choose…", attrs: { value: "" } }),
        ...options,
      );
      this.#select.value = chosen;
      this.#offered = offered;
    }
  }
}

function field(name: string, input: HTMLElement): HTMLElement {
  return h("label", {}, h("span", { text: name }), input);
}
