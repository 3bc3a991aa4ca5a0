// A line to write in, for the customer and for each agent's chat with the bot.
import { h, setText, show } from "../shared/dom.ts";
import { explain } from "../shared/http.ts";

export interface SayOptions {
  label: string;
  testid: string;
  send: (text: string) => Promise<void>;
}

export function sayForm({ label, testid, send }: SayOptions): HTMLFormElement {
  const box = h("textarea", {
    testid: `${testid}-box`,
    attrs: { rows: "1", placeholder: label, "aria-label": label },
  });
  const button = h("button", {
    class: "primary",
    testid: `${testid}-send`,
    text: "Send",
    attrs: { type: "submit" },
  });
  const error = h("p", { class: "field-error", attrs: { role: "alert" } });
  show(error, false);
  const form = h("form", { class: "composer" }, box, button, error);

  async function submit(): Promise<void> {
    const text = box.value.trim();
    if (text === "" || button.disabled) return;
    button.disabled = true;
    try {
      await send(text);
      box.value = "";
      show(error, false);
    } catch (failure) {
      show(error, true);
      setText(error, explain(failure));
    }
    button.disabled = false;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  return form;
}
