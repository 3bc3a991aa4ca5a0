// Whether something is typed that the server does not have.

/** Counts what is typed, so that a save covers what stood there when it began and no more. */
export class Unsaved {
  #typed = 0;
  #saved = 0;

  get any(): boolean {
    return this.#typed !== this.#saved;
  }

  /** Something was typed or chosen. */
  touch(): void {
    this.#typed += 1;
  }

  /** Saves; `send` says whether it was taken. What is typed meanwhile stays unsaved. */
  async save(send: () => Promise<boolean>): Promise<boolean> {
    const typed = this.#typed;
    const taken = await send();
    if (taken) this.#saved = Math.max(this.#saved, typed);
    return taken;
  }
}
