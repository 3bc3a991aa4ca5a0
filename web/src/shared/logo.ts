// The mark of the product: an emblem without words, so it has no alternative text.
import address from "./beckon.svg";
import { h } from "./dom.ts";

/** @param size its width and height in CSS pixels */
export function logo(size: number, className = ""): HTMLImageElement {
  const attrs = { src: address, alt: "", width: String(size), height: String(size) };
  return h("img", { class: className, attrs });
}
