// What the gallery shows: the cards that the command put into the page.
import { type AdaptiveCard, SerializationContext } from "adaptivecards";
import { emptyCard } from "../shared/cards/render.ts";

export interface Entry {
  state: string;
  /** The sample's name among those of its card, e.g. `taken.full`. */
  sample: string;
  fill: string;
  language: string;
  card: object;
}

export interface Shown {
  language: string;
  fill: string;
  /** Whether only some cards are shown, for a picture. */
  poster: boolean;
  has(entry: Entry): boolean;
}

export function readEntries(): Entry[] {
  return JSON.parse(document.getElementById("cards")?.textContent ?? "[]") as Entry[];
}

/** What to show at first: the full samples in English, or what `#invitation/full,…` names. */
export function wanted(hash: string, entries: Entry[]): Shown {
  const names = hash.replace(/^#/, "").split(",").filter(Boolean);
  const english = entries.some((entry) => entry.language === "en");
  return {
    language: english ? "en" : (entries[0]?.language ?? ""),
    fill: "full",
    poster: names.length > 0,
    has(entry) {
      if (entry.language !== this.language) return false;
      if (this.poster) return names.includes(`${entry.state}/${entry.sample}`);
      return entry.fill === this.fill;
    },
  };
}

/** A card as the renderer draws it, with what it warned of. */
export function drawn(entry: Entry): { element: HTMLElement; warnings: string[] } {
  const card: AdaptiveCard = emptyCard();
  const context = new SerializationContext();
  card.parse(entry.card, context);
  const warnings: string[] = [];
  for (let at = 0; at < context.eventCount; at++) {
    const { message } = context.getEventAt(at);
    if (!isMistaken(message)) warnings.push(message);
  }
  const element = card.render();
  if (!element) warnings.push("The renderer draws nothing.");
  // Buttons lead nowhere here.
  card.onExecuteAction = () => {};
  return { element: element ?? document.createElement("div"), warnings };
}

/**
 * The renderer looks at `lang` with a regular expression that remembers where it stopped (flag
 * `g`), and so takes every second "en" for wrong.
 */
function isMistaken(message: string): boolean {
  return /^Invalid value "[a-z]{2}" for property "lang"\.$/.test(message);
}
