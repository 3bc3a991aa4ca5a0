// The sign-in form: a key against a token.
import "./sign-in.css";
import { h, setText, show } from "./dom.ts";
import { explain, ProblemError } from "./http.ts";
import { logo } from "./logo.ts";

const WRONG_KEY = "This key is not known here. Check it, or ask your administrator for a new one.";

function refused(failure: unknown): boolean {
  return failure instanceof ProblemError && failure.problem.status === 401;
}

export interface SignInWords {
  title: string;
  hint: string;
  /** What the key is called. */
  key: string;
}

/** @param signIn rejects when the key is refused or the server is away. */
export function signInView(
  words: SignInWords,
  signIn: (key: string) => Promise<void>,
  message: string | null,
): HTMLElement {
  const key = h("input", {
    testid: "sign-in-key",
    attrs: {
      id: "key",
      type: "password",
      autocomplete: "current-password",
      required: "",
      "aria-describedby": "sign-in-error",
    },
  });
  const submit = h("button", {
    class: "primary",
    testid: "sign-in-submit",
    text: "Sign in",
    attrs: { type: "submit" },
  });
  const error = h("p", {
    class: "field-error",
    testid: "sign-in-error",
    text: message ?? "",
    attrs: { id: "sign-in-error", role: "alert" },
  });
  show(error, message !== null);

  async function onSubmit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    submit.disabled = true;
    show(error, false);
    try {
      await signIn(key.value.trim());
    } catch (failure) {
      show(error, true);
      setText(error, refused(failure) ? WRONG_KEY : explain(failure));
      key.focus();
    } finally {
      submit.disabled = false;
    }
  }

  // Password managers file the key under a name; people need not see it.
  const account = h("input", {
    attrs: { type: "text", autocomplete: "username", value: "beckon-console", hidden: "" },
  });
  const label = h("label", { text: words.key, attrs: { for: "key" } });
  const form = h(
    "form",
    { class: "sign-in", testid: "sign-in", on: { submit: (event) => void onSubmit(event) } },
    logo(48),
    h("h1", { text: words.title }),
    h("p", { class: "quiet", text: words.hint }),
    account,
    label,
    key,
    error,
    submit,
  );
  queueMicrotask(() => key.focus());
  return h("main", { class: "sign-in-page" }, form);
}
