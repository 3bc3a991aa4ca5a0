// A person's initials on a colour that stays theirs.
import { h } from "./dom.ts";

const COLOURS = 8;

/** First and last initial: "Grace Brewster Hopper" → "GH". */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = words[0]?.[Symbol.iterator]().next().value ?? "?";
  const last = words.length > 1 ? words.at(-1)?.[Symbol.iterator]().next().value : undefined;
  return `${first}${last ?? ""}`.toLocaleUpperCase();
}

export function avatar(name: string): HTMLElement {
  let hash = 0;
  for (const char of name) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 65_521;
  return h("span", {
    class: `avatar avatar-${hash % COLOURS}`,
    text: initials(name),
    attrs: { "aria-hidden": "true" },
  });
}
