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

/** A picture in light and one in dark. */
async function bothPictures(page, name) {
  await picture(page, name);
  await page.emulateMedia({ colorScheme: "dark" });
  await picture(page, `${name}-dark`);
  await page.emulateMedia({ colorScheme: "light" });
}

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
  await agent.shows("Support ¦ Grace Hopper");
  await agent.card.getByText("You are in this conversation.", { exact: true }).waitFor();
  assert.deepEqual(await agent.buttons(), ["Open chat", "Terminate", "Park", "..."]);
  await picture(page, "2-accepted");

  // The room in Teams: the control card first, then what was written before.
  await agent.openRoom();
  await agent.pane.getByRole("tab", { name: "Support ¦ Grace Hopper", selected: true }).waitFor();
  await agent.reads(QUESTION);
  assert.equal(await agent.room.getByTestId("post").first().getByTestId("card").count(), 1);
  await agent.write(ANSWER);
  await phone.hears(ANSWER);
  await phone.write(THANKS);
  await agent.reads(THANKS);
  await legend.getByText("press Terminate").waitFor();
  await picture(page, "3-talk");
  assert.equal(await overflows(page, 360), false, "the demo must fit a phone");

  // What is no message does not reach the customer.
  await agent.write("/nonsense");
  await agent.reads("not sent");
  assert.equal(await phone.log.getByText("/nonsense").count(), 0);

  // Terminated on the control card: it and the card in the bot's chat agree.
  await agent.room.getByRole("button", { name: "Terminate" }).click();
  await agent.reads("This conversation has ended.");
  await agent.openBot();
  await agent.shows("You ended the conversation. Your wrap-up is running.");
  assert.deepEqual(await agent.buttons(), ["Save", "Extend", "Finish wrap-up"]);
  await legend.getByText("can say what it was about").waitFor();

  // What it was about: kept, and still there when the time begins anew.
  await agent.card.getByLabel("Topic").selectOption("Billing");
  await agent.card.getByLabel("Solved").selectOption("Yes");
  await agent.card.getByLabel("Tags").fill("reservation, october");
  await bothPictures(page, "4-terminated");
  await agent.press("Save");
  await agent.saved("Billing");
  await agent.press("Extend");
  await agent.saved("Billing");

  // Result: the codes can be put right for a day.
  await agent.press("Finish wrap-up");
  await agent.button("Finish wrap-up").waitFor({ state: "detached" });
  await agent.shows("Result", "Handled", "Duration");
  assert.deepEqual(await agent.buttons(), ["Save"]);
  await agent.saved("Billing");
  assert.equal(await agent.card.getByLabel("Tags").inputValue(), "reservation, october");
  await legend.getByText("The card keeps the result.").waitFor();
  await bothPictures(page, "5-result");

  // The other agent was left in peace: no card, and nothing of what was said.
  assert.equal(await other.pane.getByTestId("card").count(), 0);
  for (const text of [QUESTION, ANSWER, THANKS]) {
    assert.equal(await other.pane.getByText(text).count(), 0);
  }
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
  await agent.openRoom();
  for (const text of ["Hello Katherine. Friday works:", "the 9:40 or the 14:15?"]) {
    await agent.write(text);
    await phone.hears(text);
  }
  await phone.write("The 9:40, please.");
  await agent.reads("The 9:40, please.");
  await picture(page, "demo", { publish: true });
  assert.deepEqual(stage.browser.errors, []);
});
