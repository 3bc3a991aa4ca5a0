// The figures as a table: whatever is drawn can be read here, and taken away as CSV.
import { h } from "../shared/dom.ts";
import type { Row } from "./contract.ts";
import { duration, percent, SEGMENTS } from "./figures.ts";

interface Column {
  name: string;
  value: (row: Row) => string;
}

const COLUMNS: readonly Column[] = [
  { name: "Sessions", value: (row) => String(row.sessions) },
  ...SEGMENTS.map(({ label, count }) => ({
    name: label,
    value: (row: Row): string => String(count(row)),
  })),
  { name: "Wait, mean", value: (row) => duration(row.waiting_mean_ms) },
  { name: "Wait, half below", value: (row) => duration(row.waiting_p50_ms) },
  { name: "Wait, 90 % below", value: (row) => duration(row.waiting_p90_ms) },
  { name: "First reply", value: (row) => duration(row.first_reply_mean_ms) },
  { name: "Connected", value: (row) => duration(row.connected_mean_ms) },
  { name: "Missed rings", value: (row) => percent(row.rona_rate) },
  { name: "Reachability", value: (row) => percent(row.reachability) },
];

/** @param name what a row is about, as its first cell says it */
export function table(
  caption: string,
  first: string,
  rows: readonly Row[],
  name: (row: Row) => string,
): HTMLElement {
  const heads = [first, ...COLUMNS.map((column) => column.name)];
  const head = heads.map((text) => h("th", { text, attrs: { scope: "col" } }));
  const body = rows.map((row) =>
    h(
      "tr",
      {},
      h("th", { text: name(row), attrs: { scope: "row" } }),
      ...COLUMNS.map(({ value }) => h("td", { text: value(row) })),
    ),
  );
  const full = h(
    "table",
    { testid: "figures" },
    h("caption", { class: "visually-hidden", text: caption }),
    h("thead", {}, h("tr", {}, ...head)),
    h("tbody", {}, ...body),
  );
  // It scrolls by itself, by keyboard too: the page does not.
  const attrs = { tabindex: "0", role: "region", "aria-label": caption };
  return h("div", { class: "scroll", attrs }, full);
}
