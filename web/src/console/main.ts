// Entry of `/console/`: signed in or not, and which chat the address names.
import "../shared/theme.css";
import "../shared/base.css";
import "../shared/chat.css";
import "./console.css";
import type { Fetch } from "../shared/http.ts";
import { signInView } from "../shared/sign-in.ts";
import { TokenPlace } from "../shared/token.ts";
import { ConsoleApi, signIn } from "./api.ts";
import { Desk } from "./desk.ts";

const fetchHere: Fetch = (path, init) => fetch(path, init);
const app = document.querySelector<HTMLElement>("#app");
const place = new TokenPlace(sessionStorage, "beckon.token");
let desk: Desk | null = null;

function showSignIn(message: string | null): void {
  const enter = async (key: string): Promise<void> => {
    const { token } = await signIn(fetchHere, key);
    place.save(token);
    start();
  };
  const words = {
    title: "Beckon console",
    hint: "Chats that wait for you, and the ones you are in.",
    key: "Your agent key",
  };
  const view = signInView(words, enter, message);
  app?.replaceChildren(view);
}

function start(): void {
  desk?.stop();
  const token = place.load();
  if (token === null) {
    showSignIn(null);
    return;
  }
  desk = new Desk({
    api: new ConsoleApi(fetchHere, token),
    store: sessionStorage,
    selected: new URLSearchParams(location.search).get("session"),
    onSelect: (session) => {
      const url = new URL(location.href);
      url.searchParams.set("session", session);
      history.replaceState(null, "", url);
    },
    onSignedOut: (reason) => {
      // What the agent left unsent stays only if the sign-in merely ran out.
      if (reason === null) sessionStorage.clear();
      else place.forget();
      showSignIn(reason);
    },
  });
  app?.replaceChildren(desk.root);
  void desk.run();
}

place.adopt();
// A link with another agent's token, opened in this very tab.
addEventListener("hashchange", () => {
  place.adopt();
  start();
});
start();
