// The sign-in form: an agent's key against a token.
import { h, setText, show } from "../shared/dom.ts";
import { explain, ProblemError } from "../shared/http.ts";
import { logo } from "../shared/logo.ts";

const WRONG_KEY = "This key is not known here. Check it, or ask your administrator for a new one.";

function refused(failure: unknown): boolean {
  return failure instanceof ProblemError && failure.problem.status === 401;
}

/** @param signIn rejects when the key is refused or the server is away. */
export function signInView(
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
  const label = h("label", { text: "Your agent key", attrs: { for: "key" } });
  const form = h(
    "form",
    { class: "sign-in", testid: "sign-in", on: { submit: (event) => void onSubmit(event) } },
    logo(48),
    h("h1", { text: "Beckon console" }),
    h("p", { class: "quiet", text: "Chats that wait for you, and the ones you are in." }),
    account,
    label,
    key,
    error,
    submit,
  );
  queueMicrotask(() => key.focus());
  return h("main", { class: "sign-in-page" }, form);
}
