// Which days, which service, which table.
import { h } from "../shared/dom.ts";
import type { Filter, Report } from "./contract.ts";
import { daysBetween, plusDays } from "./days.ts";

/** What the table tells apart. */
export type TableBy = "day" | "hour" | "channel" | "service" | "agent";

export interface FilterPorts {
  onChange: () => void;
  onCsv: () => void;
}

/** The longest span that the server answers, in days. */
const LONGEST = 366;

const SPANS: readonly { label: string; from: number; to: number }[] = [
  { label: "Today", from: 0, to: 1 },
  { label: "Yesterday", from: -1, to: 0 },
  { label: "7 days", from: -6, to: 1 },
  { label: "31 days", from: -30, to: 1 },
];

export class FilterBar {
  readonly root: HTMLElement;
  /** What stands at the table. */
  readonly tools: HTMLElement;
  readonly #from = dateBox("from");
  readonly #last = dateBox("to");
  readonly #service = h("select", { testid: "service", attrs: { id: "service" } });
  readonly #by = h("select", { testid: "table-by", attrs: { id: "table-by" } });
  readonly #spans = h("div", { class: "spans", attrs: { role: "group", "aria-label": "Days" } });
  readonly #ports: FilterPorts;
  #names = new Map<string, string>();
  #today = "";

  constructor(ports: FilterPorts) {
    this.#ports = ports;
    const by: Record<TableBy, string> = {
      channel: "channel",
      day: "day",
      hour: "hour of the day",
      service: "service",
      agent: "agent (id)",
    };
    this.#by.append(...Object.entries(by).map(([value, text]) => option(value, text)));
    for (const box of [this.#from, this.#last, this.#service, this.#by]) {
      box.addEventListener("change", () => this.#changed());
    }
    const csv = h("button", {
      testid: "csv",
      text: "Download CSV",
      attrs: { type: "button" },
      on: { click: () => ports.onCsv() },
    });
    this.root = h(
      "form",
      { class: "filters", on: { submit: (event) => event.preventDefault() } },
      this.#spans,
      labelled("From", this.#from),
      labelled("To", this.#last),
      labelled("Service", this.#service),
    );
    this.tools = h("div", { class: "filters" }, labelled("By", this.#by), csv);
  }

  /** Fills the bar in: what day it is, and which services there are. */
  begin(today: string, services: Report["services"], first: { from: string; to: string }): void {
    this.#today = today;
    this.#names = new Map(services.map(({ id, name }) => [id, name]));
    const options = services.map(({ id, name }) => option(id, name));
    this.#service.replaceChildren(option("", "All services"), ...options);
    const buttons = SPANS.map(({ label, from, to }) =>
      h("button", {
        text: label,
        attrs: { type: "button" },
        on: {
          click: () => {
            this.#set(plusDays(today, from), plusDays(today, to));
            this.#changed();
          },
        },
      }),
    );
    this.#spans.replaceChildren(...buttons);
    this.#set(first.from, first.to);
    this.#mark();
  }

  /** What is asked for; null as long as it makes no sense. */
  filter(): Filter | null {
    const { value: from } = this.#from;
    const { value: last } = this.#last;
    if (from === "" || last === "") return null;
    const to = plusDays(last, 1);
    const days = daysBetween(from, to);
    this.#last.setCustomValidity(
      days < 1 ? "Must not be before the first day." : days > LONGEST ? "At most 366 days." : "",
    );
    if (!this.#last.reportValidity()) return null;
    return { from, to, service: this.#service.value };
  }

  tableBy(): TableBy {
    return this.#by.value as TableBy;
  }

  serviceName(id: string): string {
    return this.#names.get(id) ?? id;
  }

  #set(from: string, to: string): void {
    this.#from.value = from;
    this.#last.value = plusDays(to, -1);
  }

  #changed(): void {
    this.#mark();
    this.#ports.onChange();
  }

  /** Shows which of the spans is meant, by comparing what its button would set. */
  #mark(): void {
    const today = this.#today;
    for (const [index, button] of [...this.#spans.children].entries()) {
      const span = SPANS[index];
      const same =
        span !== undefined &&
        this.#from.value === plusDays(today, span.from) &&
        this.#last.value === plusDays(today, span.to - 1);
      button.setAttribute("aria-pressed", String(same));
    }
  }
}

function dateBox(id: string): HTMLInputElement {
  return h("input", { testid: id, attrs: { id, type: "date", required: "" } });
}

function option(value: string, text: string): HTMLOptionElement {
  return h("option", { text, attrs: { value } });
}

function labelled(text: string, control: HTMLElement): HTMLElement {
  return h("label", { attrs: { for: control.id } }, h("span", { text }), control);
}
