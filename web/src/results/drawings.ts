// The drawings of the page: columns of sessions, and waiting times.
import { s } from "../shared/svg.ts";
import type { Drawing, LegendEntry, Paper } from "./chart.ts";
import type { Row } from "./contract.ts";
import { duration, inWords, SEGMENTS } from "./figures.ts";
import { countTicks, timeTicks } from "./scale.ts";

/** A category with its row; null: nothing began there. */
export interface Category {
  label: string;
  /** As in a sentence. */
  name: string;
  row: Row | null;
}

export const OUTCOMES: readonly LegendEntry[] = SEGMENTS.map(({ id, label }) => ({
  mark: `seg-${id}`,
  label,
}));

export const WAITS: readonly LegendEntry[] = [
  { mark: "half", label: "Half of them waited at most" },
  { mark: "most", label: "90 % of them waited at most" },
];

/** Columns of sessions, stacked by how they went. */
export function columns(categories: readonly Category[], xTitle: string): Drawing {
  const max = Math.max(0, ...categories.map(({ row }) => row?.sessions ?? 0));
  return {
    labels: categories.map(({ label }) => label),
    words: categories.map(({ name, row }) => `${name}: ${row ? inWords(row) : "no sessions"}.`),
    ticks: countTicks(max),
    tickLabel: String,
    yTitle: "Sessions (count)",
    xTitle,
    draw: (paper) =>
      categories.flatMap(({ row }, index) => (row === null ? [] : column(row, index, paper))),
  };
}

function column(row: Row, index: number, { x, y, band }: Paper): SVGElement[] {
  const width = Math.min(48, Math.max(2, band * 0.7));
  let below = 0;
  return SEGMENTS.flatMap(({ id, count }) => {
    const value = count(row);
    if (value <= 0) return [];
    const top = y(below + value);
    const height = y(below) - top;
    below += value;
    return [s("rect", { class: `seg-${id}`, x: x(index) - width / 2, y: top, width, height })];
  });
}

/** How long customers waited: two lines of points, told apart by shape as well as by colour. */
export function waits(categories: readonly Category[], xTitle: string): Drawing {
  const max = Math.max(0, ...categories.map(({ row }) => row?.waiting_p90_ms ?? 0));
  return {
    labels: categories.map(({ label }) => label),
    words: categories.map(({ name, row }) => `${name}: ${waited(row)}.`),
    ticks: timeTicks(max),
    tickLabel: duration,
    yTitle: "Waiting time (s, min, h)",
    xTitle,
    draw: (paper) => [
      ...line(categories, (row) => row.waiting_p90_ms, "most", paper),
      ...line(categories, (row) => row.waiting_p50_ms, "half", paper),
    ],
  };
}

function waited(row: Row | null): string {
  if (row === null || row.queued === 0) return "nobody waited";
  const half = duration(row.waiting_p50_ms);
  return `half of ${row.queued} waited ${half} or less, 90 % ${duration(row.waiting_p90_ms)} or less`;
}

function line(
  categories: readonly Category[],
  value: (row: Row) => number | null,
  mark: string,
  { x, y }: Paper,
): SVGElement[] {
  const points = categories.map(({ row }, index) => {
    const ms = row === null ? null : value(row);
    return ms === null ? null : { x: x(index), y: y(ms) };
  });
  const links = points.flatMap((to, index) => {
    const from = index > 0 ? points[index - 1] : null;
    if (!from || !to) return [];
    return [s("line", { class: `link ${mark}`, x1: from.x, y1: from.y, x2: to.x, y2: to.y })];
  });
  const marks = points.flatMap((point): SVGElement[] => {
    if (point === null) return [];
    const { x: cx, y: cy } = point;
    return mark === "half"
      ? [s("circle", { class: mark, cx, cy, r: 4 })]
      : [s("rect", { class: mark, x: cx - 4, y: cy - 4, width: 8, height: 8 })];
  });
  return [...links, ...marks];
}
