// Entry of the demo page: a customer on the left, two agents on the right.
import "../shared/theme.css";
import "../shared/base.css";
import "../shared/chat.css";
import "./demo.css";
import "../shared/cards/card.css";
import { h, KeyedList, setText, show } from "../shared/dom.ts";
import { follow } from "../shared/follow.ts";
import { explain, type Fetch } from "../shared/http.ts";
import { snapshotPoll } from "../shared/snapshot.ts";
import { AgentPane } from "./agent-pane.ts";
import { DemoApi } from "./api.ts";
import type { Agent, DemoState } from "./contract.ts";
import { CustomerPane } from "./customer-pane.ts";
import { LegendBar } from "./legend-bar.ts";

const fetchHere: Fetch = (path, init) => fetch(path, init);
const api = new DemoApi(fetchHere);

const legend = new LegendBar(api, fail);
const notice = h("p", { class: "banner", testid: "banner", attrs: { role: "alert" } });
show(notice, false);
const customer = new CustomerPane(api, fail);
const agentList = h("div", { class: "agents" });
const agents = new KeyedList<Agent>(
  agentList,
  (agent) => agent.id,
  (agent) => {
    const pane = new AgentPane(agent, api);
    return { root: pane.root, update: (next) => pane.set(next) };
  },
);

document
  .querySelector("#app")
  ?.replaceChildren(
    h(
      "div",
      { class: "demo" },
      legend.root,
      notice,
      h("main", { class: "stage" }, customer.root, agentList),
    ),
  );

function fail(error: unknown): void {
  show(notice, true);
  setText(notice, explain(error));
}

const poll = snapshotPoll<DemoState>(fetchHere, "/demo/state", {}, (state) => {
  customer.set(state.customer);
  agents.set(state.agents);
  legend.set(state);
});

follow({
  poll,
  signal: new AbortController().signal,
  onLink: (up) => {
    show(notice, !up);
    setText(notice, up ? "" : "The demo has stopped. This page goes on when it is back.");
  },
}).catch(fail);
