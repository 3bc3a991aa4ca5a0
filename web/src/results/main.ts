// Entry of `/console/results`: how sessions went, for whoever may see reports.
import "../shared/theme.css";
import "../shared/base.css";
import "./results.css";
import type { Fetch } from "../shared/http.ts";
import { signInView } from "../shared/sign-in.ts";
import { TokenPlace } from "../shared/token.ts";
import { ResultsApi, signIn } from "./api.ts";
import { ResultsPage } from "./page.ts";

const fetchHere: Fetch = (path, init) => fetch(path, init);
const app = document.querySelector<HTMLElement>("#app");
// Apart from the console's: this one opens reports and nothing else.
const place = new TokenPlace(sessionStorage, "beckon.results");

function showSignIn(message: string | null): void {
  const words = {
    title: "Beckon results",
    hint: "How sessions went. Supervisors see their services, agents their own work.",
    key: "Your key",
  };
  const enter = async (key: string): Promise<void> => {
    place.save(await signIn(fetchHere, key));
    start();
  };
  app?.replaceChildren(signInView(words, enter, message));
}

function start(): void {
  const token = place.load();
  if (token === null) {
    showSignIn(null);
    return;
  }
  const page = new ResultsPage({
    api: new ResultsApi(fetchHere, token),
    onSignedOut: (reason) => {
      place.forget();
      showSignIn(reason);
    },
  });
  app?.replaceChildren(page.root);
  void page.start();
}

place.adopt();
// A link with a fresh token, opened in this very tab.
addEventListener("hashchange", () => {
  place.adopt();
  start();
});
start();
