// The console on its own: accepting and ending there, with the card following.
import assert from "node:assert/strict";
import { test } from "node:test";
import { picture } from "./browser.mjs";
import { Phone, whoRings } from "./people.mjs";
import { setStage } from "./stage.mjs";

const stage = setStage();

/** Opens the console of the agent whose pane this is. */
async function openConsole(page, agent) {
  const id = await agent.id();
  const state = await (await fetch(new URL("/demo/state", page.url()))).json();
  const { console_url } = state.agents.find((it) => it.id === id);
  const tab = await stage.browser.context.newPage();
  await tab.goto(console_url);
  return tab;
}

const MARKUP = "Is <b>anybody</b> there? <img src=x onerror=alert(1)>";

test("a chat is accepted, answered and ended by keyboard in the console", async () => {
  const page = stage.browser.context.pages()[0];
  await page.emulateMedia({ colorScheme: "dark" });
  await page.goto(stage.demo.addresses.demo);
  const phone = new Phone(page);
  await phone.write(MARKUP);
  const { agent } = await whoRings(page);
  const desk = await openConsole(page, agent);
  await desk.emulateMedia({ colorScheme: "dark" });

  await desk.getByTestId("incoming-customer").getByText("Grace Hopper").waitFor();
  assert.equal(await desk.getByText("anybody").count(), 0, "hidden until accepted");
  await picture(desk, "dark-incoming");
  await desk.getByTestId("accept").press("Enter");
  await desk.getByTestId("message-theirs").getByText(MARKUP, { exact: true }).waitFor();
  await agent.button("Terminate").waitFor();

  // The focus goes to the box: an agent writes on without a mouse.
  await desk.locator('[data-testid="send-box"]:focus').waitFor();
  await desk.keyboard.type("Yes. First line");
  await desk.keyboard.press("Shift+Enter");
  await desk.keyboard.type("and second.");
  await desk.keyboard.press("Enter");
  await phone.hears("Yes. First line\nand second.");
  await picture(page, "dark-demo");

  await desk.getByTestId("terminate").press("Enter");
  await desk.getByTestId("wrap-up").waitFor();
  await agent.button("Finish").waitFor();
  await agent.press("Finish");
  await desk.getByTestId("ended").waitFor();
  await picture(desk, "dark-ended");
  assert.deepEqual(stage.browser.errors, []);
});

test("a wrong key is refused in words", async () => {
  const page = await stage.browser.context.newPage();
  await page.goto(`${stage.demo.addresses.beckon}/console/`);
  await page.getByTestId("sign-in-key").fill("bk_wrong");
  const refused = page.waitForResponse((answer) => answer.url().endsWith("/api/v1/sign-in"));
  await page.getByTestId("sign-in-submit").click();
  assert.equal((await refused).status(), 401);
  await page.getByTestId("sign-in-error").getByText("This key is not known").waitFor();
  await page.close();
});

test("what the network loses is neither lost nor doubled", async () => {
  const page = stage.browser.context.pages()[0];
  await page.getByTestId("next-customer").click();
  await page.getByTestId("customer-name").getByText("Katherine Johnson").waitFor();
  const phone = new Phone(page);
  await phone.write("Hello again");
  const { agent } = await whoRings(page);
  const desk = await openConsole(page, agent);
  await desk.getByTestId("accept").click();
  await desk.getByTestId("message-theirs").getByText("Hello again").waitFor();

  // The server takes the message, its answer is lost, the page sends it once more.
  const ids = [];
  await desk.route("**/api/v1/console/sessions/*/messages", async (route) => {
    ids.push(route.request().postDataJSON().client_message_id);
    if (ids.length > 1) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await desk.getByTestId("send-box").fill("Sent once");
  await desk.getByTestId("send").click();
  await desk.getByTestId("pending").getByText("Sent once").waitFor();
  await desk.getByTestId("pending").waitFor({ state: "hidden" });
  await phone.hears("Sent once");
  assert.equal(ids.length, 2);
  assert.equal(ids[0], ids[1]);

  // The server is away, and comes back.
  const inbox = "**/api/v1/console/inbox";
  await desk.route(inbox, (route) => route.abort());
  await phone.write("Are you there?");
  await desk.getByTestId("reconnecting").waitFor();
  await desk.unroute(inbox);
  await desk.getByTestId("reconnecting").waitFor({ state: "hidden" });

  await phone.write("Good.");
  await desk.getByTestId("message-theirs").getByText("Good.").waitFor();
  assert.equal(await desk.getByTestId("message-mine").count(), 1);
  assert.equal(await phone.log.getByText("Sent once").count(), 1);
  await desk.close();
});

test("the note of a colleague is read before a chat is taken, and in it", async () => {
  const page = stage.browser.context.pages()[0];
  await page.getByTestId("next-customer").click();
  const phone = new Phone(page);
  await phone.write("I need somebody who knows invoices");
  const { agent, other } = await whoRings(page);
  const desk = await openConsole(page, agent);
  await desk.getByTestId("accept").click();
  await desk.getByTestId("message-theirs").getByText("invoices").waitFor();
  assert.equal(await desk.getByTestId("note").isVisible(), false, "it came from no colleague");

  const note = "Invoice <b>4711</b>\nis paid.";
  const to = { agent: { id: await other.id(), mode: "safe" } };
  const moved = await desk.evaluate(
    async (body) => {
      const session = new URL(location.href).searchParams.get("session");
      const response = await fetch(`/api/v1/console/sessions/${session}/transfer`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${sessionStorage.getItem("beckon.token")}`,
          "content-type": "application/json",
        },
        body: JSON.stringify(body),
      });
      return response.status;
    },
    { to, note },
  );
  assert.equal(moved, 200);

  const colleague = await openConsole(page, other);
  const read = async (place) =>
    (await colleague.getByTestId(place).innerText()).replace("Note from your colleague: ", "");
  await colleague.getByTestId("incoming-note").waitFor();
  assert.equal(await read("incoming-note"), note);
  await picture(colleague, "note-incoming");
  await colleague.getByTestId("accept").click();
  await colleague.getByTestId("message-theirs").getByText("invoices").waitFor();
  assert.equal(await read("note"), note);
  await picture(colleague, "note-chat");
  await colleague.close();
  await desk.close();
});
