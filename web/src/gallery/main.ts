// `beckon card preview`: every card in every state, light and dark.
import "./gallery.css";
import "../shared/cards/card.css";
import { h } from "../shared/dom.ts";
import { drawn, type Entry, readEntries, type Shown, wanted } from "./entries.ts";

const SCHEMES = ["light", "dark"] as const;

const entries = readEntries();
const shown: Shown = wanted(location.hash, entries);
const list = h("main", { class: "states" });

function choice(label: string, values: string[], current: string, set: (value: string) => void) {
  const options = values.map((value) => {
    const option = h("option", { text: value, attrs: { value } });
    option.selected = value === current;
    return option;
  });
  const select = h("select", { testid: `choose-${label.toLowerCase()}` }, ...options);
  select.addEventListener("change", () => {
    set(select.value);
    draw();
  });
  return h("label", { text: `${label} ` }, select);
}

function unique(values: string[]): string[] {
  return [...new Set(values)];
}

function row(entry: Entry): HTMLElement {
  const title = h("h2", {}, h("strong", { text: entry.state }), document.createTextNode(" "));
  title.append(h("span", { text: entry.sample }));
  const pairs = SCHEMES.map((scheme) => {
    const { element, warnings } = drawn(entry);
    const card = h("div", { class: "adaptive-card" }, element);
    const panel = h("div", { class: `panel ${scheme}` }, card);
    for (const warning of warnings) panel.append(h("p", { class: "warning", text: warning }));
    return panel;
  });
  return h("section", { testid: "state" }, title, h("div", { class: "pair" }, ...pairs));
}

function draw(): void {
  list.replaceChildren(...entries.filter((entry) => shown.has(entry)).map(row));
}

const bar = h(
  "header",
  {},
  h("h1", { text: "Beckon: cards" }),
  choice("Language", unique(entries.map((entry) => entry.language)), shown.language, (value) => {
    shown.language = value;
  }),
  choice("Sample", unique(entries.map((entry) => entry.fill)), shown.fill, (value) => {
    shown.fill = value;
  }),
);
if (shown.poster) document.body.classList.add("poster");
document.body.append(bar, list);
draw();
