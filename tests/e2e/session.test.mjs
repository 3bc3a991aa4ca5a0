// The session, played in a browser: a customer writes, an agent is invited in
// Teams and accepts, both talk, the agent terminates, the card shows the result.
import assert from "node:assert/strict";
import { test } from "node:test";
import { overflows, picture } from "./browser.mjs";
import { Phone, whoRings } from "./people.mjs";
import { setStage } from "./stage.mjs";

const QUESTION = "My October invoice shows two charges. Can you have a look?";
const ANSWER = "Good morning Grace. One of them is a reservation, it goes away on Monday.";
const THANKS = "That explains it, thank you!";

const stage = setStage();

test("from the customer's message to the result", async () => {
  const page = stage.browser.context.pages()[0];
  await page.goto(stage.demo.addresses.demo);
  const legend = page.getByTestId("legend");
  await legend.getByText("Write a message as Grace.").waitFor();
  await picture(page, "0-start");

  const phone = new Phone(page);
  await phone.write(QUESTION);

  // Invitation: who and what for, but not a word of the message.
  const { agent, other } = await whoRings(page);
  await agent.shows("Grace Hopper is waiting", "Support");
  assert.deepEqual(await agent.buttons(), ["Accept", "Decline"]);
  await legend.getByText("press Accept").waitFor();
  await picture(page, "1-invitation");

  // Accepted: the way into the room, and out of it.
  await agent.press("Accept");
  await agent.shows("Support ¦ Grace Hopper", "You are in this conversation, in My Sessions.");
  assert.deepEqual(await agent.buttons(), ["Open chat", "Terminate", "Park", "..."]);
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
  await legend.getByText("press Terminate").waitFor();
  await picture(room, "3-room");
  await picture(page, "3-talk");
  assert.equal(await overflows(room, 360), false, "the console must fit a phone");
  assert.equal(await overflows(page, 360), false, "the demo must fit a phone");

  // Terminated: the card and the console agree.
  await agent.press("Terminate");
  await agent.shows("You ended the conversation. Your wrap-up is running until");
  assert.deepEqual(await agent.buttons(), ["Finish wrap-up"]);
  await room.getByTestId("wrap-up").waitFor();
  assert.ok(await room.getByTestId("send-box").isHidden(), "nobody writes after the end");
  await picture(page, "4-terminated");
  await picture(room, "4-wrap-up");

  // Result.
  await room.getByTestId("finish").click();
  await room.getByTestId("ended").getByText("Handled").waitFor();
  await agent.button("Finish wrap-up").waitFor({ state: "detached" });
  await agent.shows("Result", "Handled", "Duration");
  assert.deepEqual(await agent.buttons(), []);
  await legend.getByText("The card keeps the result.").waitFor();
  await picture(page, "5-result");

  // The other agent was left in peace, and Teams never saw what was said.
  assert.equal(await other.pane.getByTestId("card").count(), 0);
  const traffic = await stage.demo.teamsTraffic();
  assert.ok(traffic.includes("Grace Hopper"), "the record must hold the cards");
  for (const text of [QUESTION, ANSWER, THANKS]) {
    assert.ok(!traffic.includes(text), `"${text}" reached Teams`);
    assert.equal(await other.pane.getByText(text).count(), 0);
  }
  await room.close();
  assert.deepEqual(stage.browser.errors, []);
});

test("the next customer rings at the agent who waited longest", async () => {
  const page = stage.browser.context.pages()[0];
  const phone = new Phone(page);
  const first = page.getByTestId("agent").filter({ hasText: "Handled" });
  await page.getByTestId("next-customer").click();
  await page.getByTestId("customer-name").getByText("Katherine Johnson").waitFor();
  assert.equal(await phone.log.getByTestId("message-mine").count(), 0, "an empty phone");

  await phone.write("Hello, can I move my flight to Friday?");
  const { agent, other } = await whoRings(page);
  assert.equal(await other.id(), await first.getAttribute("data-agent"));
  await other.shows("Result", "Handled");

  await agent.press("Accept");
  const room = await agent.openChat();
  await room.getByTestId("message-theirs").waitFor();
  for (const text of ["Hello Katherine. Friday works:", "the 9:40 or the 14:15?"]) {
    await room.getByTestId("send-box").fill(text);
    await room.getByTestId("send").click();
    await phone.hears(text);
  }
  await phone.write("The 9:40, please.");
  await room.getByText("The 9:40, please.").waitFor();
  await picture(page, "demo", { publish: true });
  await picture(room, "console", { publish: true });
  await room.close();
  assert.deepEqual(stage.browser.errors, []);
});
