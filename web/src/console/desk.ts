// The signed-in page: incoming on top, my chats below, one conversation open.
import { h, setText } from "../shared/dom.ts";
import { follow } from "../shared/follow.ts";
import { explain, ProblemError } from "../shared/http.ts";
import type { ConsoleApi } from "./api.ts";
import type { CommandResult, Inbox, Session } from "./contract.ts";
import { Conversation } from "./conversation.ts";
import { Drafts } from "./drafts.ts";
import { Header } from "./header.ts";
import { IncomingList } from "./incoming.ts";
import { Notices } from "./notices.ts";
import { SessionList } from "./session-list.ts";

export interface DeskPorts {
  api: ConsoleApi;
  store: Storage;
  /** The session named in the address. */
  selected: string | null;
  onSelect: (session: string) => void;
  /** `reason` is null when the agent asked for it. */
  onSignedOut: (reason: string | null) => void;
}

export class Desk {
  readonly root: HTMLElement;
  readonly #ports: DeskPorts;
  readonly #life = new AbortController();
  readonly #notices = new Notices();
  readonly #header = new Header(
    () => this.#end(null),
    (inviteInTeams) => void this.#prefer(inviteInTeams),
    () => void this.#back(),
  );
  readonly #incoming = new IncomingList((item, decision) =>
    this.#command(this.#ports.api.decide(item.invitation, decision), (result) => {
      if (result === "accepted") this.select(item.session);
    }),
  );
  readonly #sessions = new SessionList((session) => this.select(session));
  readonly #room = h("main", { class: "room" });
  readonly #hint = h("p", { class: "hint quiet", testid: "hint" });
  readonly #conversations = new Map<string, Conversation>();
  #open: Conversation | null = null;
  #selected: string | null;
  /** A chat was picked that the inbox may not show yet: its box takes the focus when it opens. */
  #focusPending = false;
  #inbox: Inbox | null = null;

  constructor(ports: DeskPorts) {
    this.#ports = ports;
    this.#selected = ports.selected;
    const lists = h("nav", { class: "lists" }, this.#incoming.root, this.#sessions.root);
    const body = h("div", { class: "desk" }, lists, this.#room);
    this.root = h("div", { class: "page" }, this.#header.root, this.#notices.root, body);
    this.#room.append(this.#hint);
  }

  /** Lives until the agent is signed out. */
  async run(): Promise<void> {
    const ticker = setInterval(() => this.#tick(), 1000);
    try {
      await follow({
        poll: this.#ports.api.inboxPoll((inbox) => this.#show(inbox)),
        signal: this.#life.signal,
        onLink: (up) => this.#header.setLink(up),
      });
    } catch (error) {
      this.#onFailure(error);
    } finally {
      clearInterval(ticker);
    }
  }

  select(session: string): void {
    this.#selected = session;
    this.#ports.onSelect(session);
    this.#focusPending = true;
    this.#render();
  }

  /** Stops without a word, because another sign-in takes over. */
  stop(): void {
    this.#life.abort();
  }

  #show(inbox: Inbox): void {
    this.#inbox = inbox;
    const waiting = inbox.incoming.length;
    document.title = waiting > 0 ? `(${waiting}) Beckon console` : "Beckon console";
    this.#header.setAgent(inbox.agent);
    this.#incoming.set(inbox.incoming);
    this.#confirmSeen(inbox);
    for (const session of inbox.sessions) this.#conversations.get(session.session)?.set(session);
    this.#resumeDrafts(inbox);
    this.#selected ??= inbox.sessions.find((it) => it.phase === "connected")?.session ?? null;
    this.#render();
  }

  /** The ring time of an invitation runs once it is shown; until the server says so, it is told. */
  #confirmSeen({ incoming }: Inbox): void {
    for (const { invitation } of incoming.filter((item) => item.rings_until === null)) {
      // One that was lost is told again with the next inbox.
      this.#ports.api.seen(invitation).catch(() => undefined);
    }
  }

  async #prefer(inviteInTeams: boolean): Promise<void> {
    try {
      const chosen = await this.#ports.api.prefer(inviteInTeams);
      this.#notices.info(
        chosen.invite_in_teams
          ? "Invitations come in Teams, too."
          : "Invitations come here alone, while this page is open.",
      );
    } catch (error) {
      if (this.#inbox) this.#header.setAgent(this.#inbox.agent);
      this.#onFailure(error);
    }
  }

  async #back(): Promise<void> {
    try {
      await this.#ports.api.back();
      this.#notices.info("Welcome back. Invitations come again.");
    } catch (error) {
      this.#onFailure(error);
    }
  }

  #render(): void {
    const sessions = this.#inbox?.sessions ?? [];
    this.#sessions.set(sessions, this.#selected);
    const session = sessions.find((it) => it.session === this.#selected);
    const next = session ? this.#conversation(session) : null;
    setText(this.#hint, this.#hintText());
    if (next !== this.#open) {
      this.#open?.close();
      this.#open = next;
      this.#room.replaceChildren(next ? next.root : this.#hint);
      next?.open();
    }
    if (next && this.#focusPending) {
      this.#focusPending = false;
      next.focus();
    }
  }

  #hintText(): string {
    if (this.#inbox === null) return "Loading…";
    if (this.#selected === null) return "Accept a chat to begin.";
    return this.#inbox.incoming.some((item) => item.session === this.#selected)
      ? "Accept the chat to read and answer it."
      : "This chat is not among yours: it may have ended, or someone else has it.";
  }

  #conversation(session: Session): Conversation {
    const existing = this.#conversations.get(session.session);
    if (existing) return existing;
    const { api, store } = this.#ports;
    const created = new Conversation(session, {
      api,
      drafts: new Drafts(store, this.#inbox?.agent.id ?? ""),
      signal: this.#life.signal,
      onLink: (up) => this.#header.setLink(up),
      onFailure: (error) => this.#onFailure(error),
      terminate: (it) => this.#command(api.terminate(it.session)),
      decide: (it, decision) => this.#command(api.decide(it.invitation, decision)),
      choices: (service) => this.#inbox?.choices[service],
      say: (it, said) => this.#said(api.say(it.invitation, said)),
    });
    this.#conversations.set(session.session, created);
    return created;
  }

  /** A conversation sends what a reload left unsent even before it is opened. */
  #resumeDrafts(inbox: Inbox): void {
    const drafts = new Drafts(this.#ports.store, inbox.agent.id);
    for (const session of inbox.sessions) {
      if (drafts.load(session.session).length > 0) this.#conversation(session);
    }
  }

  async #command(
    call: Promise<CommandResult>,
    then: (result: CommandResult["result"]) => void = () => undefined,
  ): Promise<void> {
    try {
      const { result, message } = await call;
      this.#notices.info(message);
      then(result);
    } catch (error) {
      this.#onFailure(error);
    }
  }

  async #said(call: Promise<void>): Promise<boolean> {
    try {
      await call;
      this.#notices.info("Saved.");
      return true;
    } catch (error) {
      this.#onFailure(error);
      return false;
    }
  }

  #onFailure(error: unknown): void {
    if (this.#life.signal.aborted) return;
    if (error instanceof ProblemError && error.problem.status === 401) {
      this.#end("Your sign-in has ended. Please sign in again.");
    } else {
      this.#notices.error(explain(error));
    }
  }

  #end(reason: string | null): void {
    this.#life.abort();
    this.#ports.onSignedOut(reason);
  }

  #tick(): void {
    this.#incoming.tick();
    this.#open?.tick();
  }
}
