// A drawing over categories that is read with eyes, a mouse, a keyboard or a screen reader: one
// category is picked with the arrow keys or the pointer, and said in words below.
import { h, setText } from "../shared/dom.ts";
import { s } from "../shared/svg.ts";
import { labelEvery } from "./scale.ts";

/** The paper: what a drawing has to fill. */
export interface Paper {
  /** Where the drawing begins and ends, in pixels. */
  left: number;
  top: number;
  width: number;
  height: number;
  /** The middle of a category. */
  x: (index: number) => number;
  /** The width of a category. */
  band: number;
  y: (value: number) => number;
}

export interface Drawing {
  /** Below the axis, one a category. */
  labels: string[];
  /** In words, one a category. */
  words: string[];
  /** Values of the axis on the left, from 0. */
  ticks: number[];
  tickLabel: (value: number) => string;
  /** What is counted, with its unit. */
  yTitle: string;
  /** What the categories are. */
  xTitle: string;
  draw: (paper: Paper) => SVGElement[];
}

/** A line of the legend: a class for the colour, and a name. */
export interface LegendEntry {
  mark: string;
  label: string;
}

const HEIGHT = 240;
const MARGIN = { left: 56, right: 8, top: 26, bottom: 44 };
/** What a label needs, in pixels. */
const LABEL = 44;

export class Chart {
  readonly root: HTMLElement;
  readonly #canvas: HTMLElement;
  readonly #said: HTMLElement;
  readonly #hint: string;
  #drawing: Drawing | null = null;
  #picked: number | null = null;
  #width = 0;

  constructor(id: string, title: string, legend: readonly LegendEntry[]) {
    this.#hint = "Point at a column, or pick one with the arrow keys.";
    this.#canvas = h("div", {
      class: "canvas",
      testid: `${id}-canvas`,
      attrs: {
        tabindex: "0",
        role: "group",
        "aria-label": title,
        "aria-describedby": `${id}-said`,
      },
      on: {
        keydown: (event) => this.#key(event),
        pointermove: (event) => this.#point(event),
        pointerleave: () => this.#pick(null),
        blur: () => this.#pick(null),
      },
    });
    this.#said = h("p", {
      class: "said quiet",
      testid: `${id}-said`,
      text: this.#hint,
      attrs: { id: `${id}-said`, role: "status" },
    });
    const entries = legend.map(({ mark, label }) =>
      h("li", {}, h("span", { class: `mark ${mark}` }), h("span", { text: label })),
    );
    this.root = h(
      "section",
      { class: "chart", testid: id },
      h("h2", { text: title }),
      h("ul", { class: "legend", attrs: { "aria-label": "Colours" } }, ...entries),
      this.#canvas,
      this.#said,
    );
    new ResizeObserver(([entry]) => this.#resize(entry?.contentRect.width ?? 0)).observe(
      this.#canvas,
    );
  }

  set(drawing: Drawing): void {
    this.#drawing = drawing;
    this.#pick(null);
  }

  #resize(width: number): void {
    if (Math.round(width) === this.#width) return;
    this.#width = Math.round(width);
    this.#draw();
  }

  #paper({ labels, ticks }: Drawing): Paper {
    const width = Math.max(1, this.#width - MARGIN.left - MARGIN.right);
    const height = HEIGHT - MARGIN.top - MARGIN.bottom;
    const band = width / Math.max(1, labels.length);
    const max = ticks.at(-1) ?? 1;
    return {
      left: MARGIN.left,
      top: MARGIN.top,
      width,
      height,
      band,
      x: (index) => MARGIN.left + band * (index + 0.5),
      y: (value) => MARGIN.top + height * (1 - value / max),
    };
  }

  #draw(): void {
    const drawing = this.#drawing;
    if (drawing === null || this.#width === 0) return;
    const paper = this.#paper(drawing);
    const svg = s("svg", { width: this.#width, height: HEIGHT, "aria-hidden": "true" });
    svg.append(...axes(drawing, paper));
    if (this.#picked !== null) {
      const x = paper.x(this.#picked) - paper.band / 2;
      const { top: y, band: width, height } = paper;
      svg.append(s("rect", { class: "picked", x, y, width, height }));
    }
    svg.append(...drawing.draw(paper));
    this.#canvas.replaceChildren(svg);
  }

  #key(event: KeyboardEvent): void {
    const last = (this.#drawing?.labels.length ?? 0) - 1;
    const at = this.#picked;
    const to: Record<string, number | null> = {
      ArrowRight: at === null ? 0 : Math.min(last, at + 1),
      ArrowLeft: at === null ? last : Math.max(0, at - 1),
      Home: 0,
      End: last,
      Escape: null,
    };
    const next = to[event.key];
    if (next === undefined || last < 0) return;
    event.preventDefault();
    this.#pick(next);
  }

  #point(event: PointerEvent): void {
    if (this.#drawing === null) return;
    const { left, band } = this.#paper(this.#drawing);
    const x = event.clientX - this.#canvas.getBoundingClientRect().left;
    const index = Math.floor((x - left) / band);
    this.#pick(index >= 0 && index < this.#drawing.labels.length ? index : null);
  }

  #pick(index: number | null): void {
    this.#picked = index;
    setText(this.#said, index === null ? this.#hint : (this.#drawing?.words[index] ?? ""));
    this.#draw();
  }
}

function axes(drawing: Drawing, paper: Paper): SVGElement[] {
  const { left, top, width, height } = paper;
  const lines = drawing.ticks.flatMap((tick) => {
    const y = paper.y(tick);
    return [
      s("line", {
        class: tick === 0 ? "ground" : "grid",
        x1: left,
        x2: left + width,
        y1: y,
        y2: y,
      }),
      s("text", { class: "tick end", x: left - 6, y: y + 4 }, drawing.tickLabel(tick)),
    ];
  });
  const every = labelEvery(drawing.labels.length, width, LABEL);
  const below = top + height + 16;
  const labels = drawing.labels.flatMap((label, index) =>
    index % every === 0
      ? [s("text", { class: "tick middle", x: paper.x(index), y: below }, label)]
      : [],
  );
  return [
    ...lines,
    ...labels,
    s("text", { class: "axis", x: 0, y: 12 }, drawing.yTitle),
    s("text", { class: "axis middle", x: left + width / 2, y: HEIGHT - 6 }, drawing.xTitle),
  ];
}
