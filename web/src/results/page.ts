// The signed-in page: which days and which service, drawings, the figures beside them.
import { h, setText, show } from "../shared/dom.ts";
import { explain, ProblemError } from "../shared/http.ts";
import { logo } from "../shared/logo.ts";
import type { ResultsApi } from "./api.ts";
import { Chart } from "./chart.ts";
import type { Filter, Report, Row } from "./contract.ts";
import { dayOf, daysBetween, eachDay, hourSpan, plusDays, shortDay } from "./days.ts";
import { type Category, columns, OUTCOMES, WAITS, waits } from "./drawings.ts";
import { sessions, tiles } from "./figures.ts";
import { FilterBar, type TableBy } from "./filter-bar.ts";
import { table } from "./table.ts";

export interface PagePorts {
  api: ResultsApi;
  /** `reason` is null when the reader asked for it. */
  onSignedOut: (reason: string | null) => void;
}

const CHANNELS: Record<string, string> = {
  api: "API",
  web: "Web",
  sms: "SMS",
  whatsapp: "WhatsApp",
};
/** Figures of so many days are shown at first. */
const WEEK = 7;

export class ResultsPage {
  readonly root: HTMLElement;
  readonly #ports: PagePorts;
  readonly #bar = new FilterBar({
    onChange: () => void this.refresh(),
    onCsv: () => void this.#download(),
  });
  readonly #error = h("p", { class: "banner", testid: "error", attrs: { role: "alert" } });
  readonly #scope = h("p", { class: "quiet", testid: "scope", attrs: { role: "status" } });
  readonly #tiles = h("dl", { class: "tiles", testid: "tiles" });
  readonly #byDay = new Chart("by-day", "Sessions by day", OUTCOMES);
  readonly #byHour = new Chart("by-hour", "Sessions by the hour they began", OUTCOMES);
  readonly #waits = new Chart("waits", "Waiting time by the hour they began", WAITS);
  readonly #byChannel = new Chart("by-channel", "Sessions by channel", OUTCOMES);
  readonly #table = h("div");
  /** Only the newest answers are shown: an older question may be answered later. */
  #asked = 0;

  constructor(ports: PagePorts) {
    this.#ports = ports;
    const leave = h("button", {
      class: "subtle",
      testid: "sign-out",
      text: "Sign out",
      attrs: { type: "button" },
      on: { click: () => this.#ports.onSignedOut(null) },
    });
    show(this.#error, false);
    const top = h(
      "header",
      { class: "top" },
      logo(24),
      h("h1", { text: "Beckon results" }),
      h("span", { class: "grow" }),
      leave,
    );
    const charts = [this.#byDay, this.#byHour, this.#waits, this.#byChannel];
    this.root = h(
      "div",
      { class: "results" },
      top,
      h(
        "main",
        {},
        this.#bar.root,
        this.#error,
        this.#scope,
        this.#tiles,
        h("div", { class: "charts" }, ...charts.map(({ root }) => root)),
        h("h2", { text: "Figures" }),
        this.#bar.tools,
        this.#table,
      ),
    );
  }

  /** The first look: the server says what day it is, and where. */
  async start(): Promise<void> {
    await this.#try(async () => {
      const { to, time_zone, services } = await this.#ports.api.report("", null);
      const today = dayOf(to, time_zone);
      this.#bar.begin(today, services, { from: plusDays(today, 1 - WEEK), to: plusDays(today, 1) });
    });
    await this.refresh();
  }

  /** Asks for everything anew. */
  async refresh(): Promise<void> {
    const filter = this.#bar.filter();
    if (filter === null) return;
    this.#asked += 1;
    const asked = this.#asked;
    const by = this.#bar.tableBy();
    await this.#try(async () => {
      const reports = await this.#ports.api.reports(["", "day", "hour", "channel", by], filter);
      if (asked === this.#asked) this.#show(filter, by, reports);
    });
  }

  #show(filter: Filter, by: TableBy, reports: readonly Report[]): void {
    const [all, days, hours, channels, rows] = reports;
    if (!all || !days || !hours || !channels || !rows) return;
    const whole = all.rows[0] ?? null;
    const last = plusDays(filter.to, -1);
    const span = last === filter.from ? filter.from : `${filter.from} to ${last}`;
    const found = sessions(whole?.sessions ?? 0);
    setText(this.#scope, `${found} that began ${span} (${all.time_zone}) and ended.`);
    this.#tiles.replaceChildren(...tiles(whole, all.sla_seconds).map(tile));
    const zone = `in ${all.time_zone}`;
    show(this.#byDay.root, daysBetween(filter.from, filter.to) > 1);
    const byDay = eachDay(filter.from, filter.to).map((day): Category => {
      const row = days.rows.find((it) => it.day === day) ?? null;
      return { label: shortDay(day), name: shortDay(day), row };
    });
    this.#byDay.set(columns(byDay, `Day, ${zone}`));
    const byHour = Array.from({ length: 24 }, (_, hour): Category => {
      const row = hours.rows.find((it) => it.hour === hour) ?? null;
      return { label: String(hour).padStart(2, "0"), name: `${hourSpan(hour)} h`, row };
    });
    this.#byHour.set(columns(byHour, `Hour of the day, ${zone}`));
    this.#waits.set(waits(byHour, `Hour of the day, ${zone}`));
    const byChannel = channels.rows.map((row): Category => {
      const label = CHANNELS[row.channel ?? ""] ?? row.channel ?? "–";
      return { label, name: label, row };
    });
    this.#byChannel.set(columns(byChannel, "Channel"));
    const { caption, first } = HEADINGS[by];
    this.#table.replaceChildren(table(caption, first, rows.rows, (row) => this.#name(by, row)));
  }

  #name(by: TableBy, row: Row): string {
    if (by === "hour") return row.hour === null ? "–" : `${hourSpan(row.hour)} h`;
    if (by === "channel") return CHANNELS[row.channel ?? ""] ?? row.channel ?? "–";
    if (by === "service") return this.#bar.serviceName(row.service ?? "");
    return row[by] ?? "Nobody";
  }

  async #download(): Promise<void> {
    const filter = this.#bar.filter();
    if (filter === null) return;
    await this.#try(async () => {
      const by = this.#bar.tableBy();
      const blob = await this.#ports.api.csv(by, filter);
      const href = URL.createObjectURL(blob);
      const name = `beckon-${by}-${filter.from}-${plusDays(filter.to, -1)}.csv`;
      h("a", { attrs: { href, download: name } }).click();
      // The browser has begun to read it by then.
      setTimeout(() => URL.revokeObjectURL(href), 10_000);
    });
  }

  async #try(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      show(this.#error, false);
    } catch (error) {
      if (error instanceof ProblemError && error.problem.status === 401) {
        this.#ports.onSignedOut("Your sign-in has run out. Sign in again.");
        return;
      }
      show(this.#error, true);
      setText(this.#error, explain(error));
    }
  }
}

const HEADINGS: Record<TableBy, { caption: string; first: string }> = {
  day: { caption: "Figures by day", first: "Day" },
  hour: { caption: "Figures by hour of the day", first: "Hour" },
  channel: { caption: "Figures by channel", first: "Channel" },
  service: { caption: "Figures by service", first: "Service" },
  agent: { caption: "Figures by agent", first: "Agent" },
};

function tile({ name, value }: { name: string; value: string }): HTMLElement {
  return h("div", {}, h("dt", { text: name }), h("dd", { text: value }));
}
