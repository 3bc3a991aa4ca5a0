// The session, played in a browser: a customer writes, an agent is invited in
// Teams and accepts, both talk, the agent terminates, the card shows the result.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, overflows, picture } from "./browser.mjs";
import { startDemo } from "./demo.mjs";
import { Phone, whoRings } from "./people.mjs";

const QUESTION = "My October invoice shows <b>two</b> charges. Can you have a look?";
const ANSWER = "Good morning Grace. One of them is a reservation, it goes away on Monday.";
const THANKS = "That explains it, thank you!";

let demo;
let browser;

before(async () => {
  demo = await startDemo();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

test("from the customer's message to the result", async () => {
  const page = browser.context.pages()[0];
  await page.goto(demo.addresses.demo);
  const legend = page.getByTestId("legend");
  await legend.getByText("Write a message as Grace.").waitFor();

  const phone = new Phone(page);
  await phone.write(QUESTION);

  // Invitation: who and what for, but not a word of the message.
  const { agent, other } = await whoRings(page);
  await agent.shows("Support", "Grace Hopper");
  assert.ok(await agent.button("Decline").isVisible());
  await legend.getByText("press Accept").waitFor();
  await picture(page, "1-invitation");

  // Accepted: the way into the room, and out of it.
  await agent.press("Accept");
  await agent.button("Terminate").waitFor();
  assert.equal(await agent.button("Accept").count(), 0);
  await picture(page, "2-accepted");

  // The room.
  const room = await agent.openChat();
  await room.getByTestId("room-name").getByText("Support ¦ Grace Hopper").waitFor();
  assert.ok(!room.url().includes("token"), "the token must not stay in the address bar");
  await room.getByTestId("message-theirs").getByText(QUESTION, { exact: true }).waitFor();

  await room.getByTestId("send-box").fill(ANSWER);
  await room.getByTestId("send-box").press("Enter");
  await room.getByTestId("message-mine").getByText(ANSWER, { exact: true }).waitFor();
  assert.equal(await room.getByTestId("send-box").inputValue(), "");
  await phone.hears(ANSWER);

  await phone.write(THANKS);
  await room.getByTestId("message-theirs").getByText(THANKS, { exact: true }).waitFor();
  await picture(room, "console", { publish: true });
  await picture(page, "demo", { publish: true });
  assert.equal(await overflows(room, 360), false, "the console must fit a phone");
  assert.equal(await overflows(page, 360), false, "the demo must fit a phone");

  // Terminated: the card and the console agree.
  await agent.press("Terminate");
  await room.getByTestId("wrap-up").waitFor();
  await agent.button("Finish").waitFor();
  assert.equal(await agent.button("Terminate").count(), 0);
  assert.ok(await room.getByTestId("send-box").isHidden(), "nobody writes after the end");
  await picture(page, "3-terminated");
  await picture(room, "3-wrap-up");

  // Result.
  await room.getByTestId("finish").click();
  await room.getByTestId("ended").waitFor();
  await agent.button("Finish").waitFor({ state: "detached" });
  await agent.shows("Duration", "Grace Hopper");
  await legend.getByText("The card keeps the result.").waitFor();
  await picture(page, "4-result");

  // The other agent was left in peace, and Teams never saw what was said.
  assert.equal(await other.pane.getByTestId("card").count(), 0);
  const traffic = await demo.teamsTraffic();
  assert.ok(traffic.includes("Grace Hopper"), "the record must hold the cards");
  for (const text of ["October invoice", "reservation", "explains"]) {
    assert.ok(!traffic.includes(text), `"${text}" reached Teams`);
    assert.equal(await other.pane.getByText(text).count(), 0);
  }
  assert.deepEqual(browser.errors, []);
});
