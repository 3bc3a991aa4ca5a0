// One open chat: who it is, what was said, the box to answer in, and its end.
import { avatar } from "../shared/avatar.ts";
import { h, setText, show } from "../shared/dom.ts";
import { pause } from "../shared/follow.ts";
import { type LogEntry, MessageLog } from "../shared/message-log.ts";
import type { ConsoleApi } from "./api.ts";
import { CodesPanel } from "./codes.ts";
import { Composer } from "./composer.ts";
import type { Choices, Decision, Message, SaidCodes, Session } from "./contract.ts";
import type { Drafts } from "./drafts.ts";
import { Feed } from "./feed.ts";
import { channelLabel, phaseLabel } from "./labels.ts";
import { Note } from "./note.ts";
import { Outbox } from "./outbox.ts";
import { WrapUpPanel } from "./wrap-up.ts";

export interface ConversationPorts {
  api: ConsoleApi;
  drafts: Drafts;
  /** Lives as long as the sign-in. */
  signal: AbortSignal;
  onLink: (up: boolean) => void;
  onFailure: (error: unknown) => void;
  terminate: (session: Session) => Promise<void>;
  decide: (session: Session, decision: Decision) => Promise<void>;
  /** What codes are chosen from, by the id of the service. */
  choices: (service: string) => Choices | undefined;
  /** Whether it was taken. */
  say: (session: Session, said: SaidCodes) => Promise<boolean>;
}

export class Conversation {
  readonly root: HTMLElement;
  readonly #ports: ConversationPorts;
  readonly #log: MessageLog;
  readonly #feed = new Feed();
  readonly #composer = new Composer();
  readonly #wrapUp: WrapUpPanel;
  readonly #title = h("h2", { class: "ellipsis", testid: "room-name" });
  readonly #facts = h("p", { class: "quiet ellipsis", testid: "room-facts" });
  readonly #ended = h("p", { class: "ended", testid: "ended" });
  readonly #note = new Note("note");
  readonly #codes: CodesPanel;
  readonly #parked = h("p", {
    class: "ended",
    testid: "parked",
    text: "You parked this chat: nothing is sent until you take it up again. What the customer writes shows here.",
  });
  readonly #park = h("button", { testid: "park", attrs: { type: "button" } });
  readonly #terminate = h("button", {
    class: "danger",
    testid: "terminate",
    text: "Terminate",
    attrs: { type: "button" },
  });
  #session: Session;
  #following: AbortController | null = null;

  constructor(session: Session, ports: ConversationPorts) {
    this.#session = session;
    this.#ports = ports;
    this.#log = new MessageLog(`Conversation with ${session.customer}`, "conversation-log");
    this.#codes = new CodesPanel((said) => ports.say(this.#session, said));
    this.#wrapUp = new WrapUpPanel(
      async () => {
        // What was chosen is not lost when the agent finishes at once.
        if (await this.#codes.save()) await ports.decide(this.#session, "finish");
      },
      () => ports.decide(this.#session, "extend"),
    );
    this.#terminate.addEventListener("click", () => void this.#onTerminate());
    this.#park.addEventListener("click", () => void this.#onPark());
    const who = h("div", { class: "stack grow" }, this.#title, this.#facts);
    this.root = h(
      "section",
      { class: "conversation", testid: "conversation", attrs: { "aria-label": "Conversation" } },
      h("header", {}, avatar(session.customer), who, this.#park, this.#terminate),
      this.#note.root,
      this.#log.root,
      this.#parked,
      this.#wrapUp.root,
      this.#ended,
      this.#codes.root,
      this.#composer.root,
    );
    this.#composer.attach(this.#outbox());
    this.set(session);
  }

  set(session: Session): void {
    this.#session = session;
    const connected = session.phase === "connected";
    setText(this.#title, session.room_name);
    setText(
      this.#facts,
      `${session.service} · ${channelLabel(session.channel)} · ${phaseLabel(session)}`,
    );
    this.#note.set(session.note);
    const parked = session.phase === "parked";
    show(this.#terminate, connected || parked);
    show(this.#park, connected || parked);
    setText(this.#park, parked ? "Take up again" : "Park");
    show(this.#parked, parked);
    show(this.#composer.root, connected);
    show(this.#ended, session.phase === "concluded");
    setText(this.#ended, `This chat has ended: ${phaseLabel(session)}.`);
    this.#wrapUp.set(session);
    this.#codes.set(session.codes, this.#ports.choices(session.codes?.service ?? ""));
  }

  /** Begins to follow the messages. */
  open(): void {
    if (this.#following) return;
    const following = new AbortController();
    this.#following = following;
    const { api, signal, onLink, onFailure } = this.#ports;
    void this.#feed
      .run((after, poll, wait) => api.messages(this.#session.session, after, poll, wait), {
        signal: AbortSignal.any([signal, following.signal]),
        onLink,
        onMessages: () => this.#log.sync(this.#feed.messages.map(entry)),
      })
      .catch((error: unknown) => {
        this.close();
        onFailure(error);
      });
  }

  close(): void {
    this.#following?.abort();
    this.#following = null;
  }

  focus(): void {
    this.#composer.focus();
  }

  /** Once a second. */
  tick(): void {
    this.#wrapUp.tick();
  }

  #outbox(): Outbox {
    const { api, drafts, signal, onFailure } = this.#ports;
    const { session } = this.#session;
    return new Outbox(
      {
        send: (draft) => api.send(session, draft.id, draft.text),
        onChange: (pending, retrying) => this.#composer.onChange(pending, retrying),
        onSignedOut: onFailure,
        onRefused: (draft, error) => {
          this.#composer.onRefused(draft, error);
          if (this.#session.phase !== "connected") onFailure(error);
        },
        save: (pending) => drafts.save(session, pending),
        sleep: pause,
        signal,
      },
      drafts.load(session),
    );
  }

  async #onPark(): Promise<void> {
    this.#park.disabled = true;
    const decision = this.#session.phase === "parked" ? "unpark" : "park";
    await this.#ports.decide(this.#session, decision);
    this.#park.disabled = false;
  }

  async #onTerminate(): Promise<void> {
    this.#terminate.disabled = true;
    await this.#ports.terminate(this.#session);
    this.#terminate.disabled = false;
  }
}

function entry({ seq, from, name = "", text, at }: Message): LogEntry {
  const side = from === "agent" ? "mine" : from === "customer" ? "theirs" : "system";
  return { key: String(seq), side, name, text, at };
}
