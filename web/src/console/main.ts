// Entry of `/console/`: signed in or not, and which chat the address names.
import "../shared/theme.css";
import "../shared/base.css";
import "../shared/chat.css";
import "./console.css";
import type { Fetch } from "../shared/http.ts";
import { ConsoleApi, signIn } from "./api.ts";
import { Desk } from "./desk.ts";
import { signInView } from "./sign-in.ts";
import { forgetToken, loadToken, saveToken, takeToken } from "./token.ts";

const fetchHere: Fetch = (path, init) => fetch(path, init);
const app = document.querySelector<HTMLElement>("#app");
let desk: Desk | null = null;

function adoptToken(): void {
  const { token, address } = takeToken(location.href);
  if (token === null) return;
  saveToken(sessionStorage, token);
  history.replaceState(null, "", address);
}

function showSignIn(message: string | null): void {
  const view = signInView(async (key) => {
    const { token } = await signIn(fetchHere, key);
    saveToken(sessionStorage, token);
    start();
  }, message);
  app?.replaceChildren(view);
}

function start(): void {
  desk?.stop();
  const token = loadToken(sessionStorage);
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
      else forgetToken(sessionStorage);
      showSignIn(reason);
    },
  });
  app?.replaceChildren(desk.root);
  void desk.run();
}

adoptToken();
// A link with another agent's token, opened in this very tab.
addEventListener("hashchange", () => {
  adoptToken();
  start();
});
start();
