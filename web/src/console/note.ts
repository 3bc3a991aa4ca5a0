// What the colleague wrote who moved a chat here.
import { h, setText, show } from "../shared/dom.ts";

export class Note {
  readonly root: HTMLElement;
  readonly #text = h("span");

  constructor(testid: string) {
    const label = h("strong", { text: "Note from your colleague: " });
    this.root = h("p", { class: "note", testid }, label, this.#text);
  }

  set(note: string | null): void {
    setText(this.#text, note ?? "");
    show(this.root, note !== null);
  }
}
