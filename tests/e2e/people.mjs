// Who is on the demo page, and how to find what they see.

/** One agent's Teams chat. */
export class AgentChat {
  constructor(page, pane) {
    this.page = page;
    this.pane = pane;
    /** The newest card in the chat with the bot. */
    this.card = pane.getByTestId("bot-chat").getByTestId("card").last();
    /** The newest room. */
    this.room = pane.getByTestId("room").first();
  }

  button(name) {
    // "Open chat" is a link in the eyes of a screen reader.
    return this.card.getByRole("button", { name }).or(this.card.getByRole("link", { name }));
  }

  async press(name) {
    // A tab in the background paints once a second, and Playwright waits for that.
    await this.page.bringToFront();
    await this.button(name).click();
  }

  id() {
    return this.pane.getAttribute("data-agent");
  }

  /** The names of the card's buttons, as they stand now. */
  buttons() {
    return this.card.locator(".ac-pushButton").allInnerTexts();
  }

  /** Waits until the card shows all of these words. */
  async shows(...words) {
    for (const word of words) await this.card.getByText(word).first().waitFor();
  }

  /** Waits until the card was drawn with this topic chosen. */
  async saved(topic) {
    await this.card
      .locator("select option:checked")
      .getByText(topic)
      .waitFor({ state: "attached" });
    await this.card.locator("xpath=self::*[not(@aria-busy='true')]").waitFor();
  }

  /** Goes into the room from the card. */
  async openRoom() {
    await this.press("Open chat");
    await this.room.waitFor();
  }

  /** Back to the chat with the bot. */
  async openBot() {
    await this.pane.getByRole("tab", { name: "Beckon" }).click();
  }

  /** Waits until the room shows this. */
  async reads(text) {
    await this.room.getByText(text).first().waitFor();
  }

  /** Writes in the room. */
  async write(text) {
    await this.page.bringToFront();
    await this.room.getByTestId("room-box").fill(text);
    await this.room.getByTestId("room-send").click();
  }
}

/** The customer's phone. */
export class Phone {
  constructor(page) {
    this.page = page;
    this.log = page.getByTestId("customer-log");
  }

  async write(text) {
    await this.page.bringToFront();
    await this.page.getByTestId("customer-box").fill(text);
    await this.page.getByTestId("customer-send").click();
    await this.log.getByText(text, { exact: true }).waitFor();
  }

  async hears(text) {
    await this.log.getByTestId("message-theirs").getByText(text, { exact: true }).waitFor();
  }
}

/** The agent whose card offers Accept, and the other one. */
export async function whoRings(page) {
  const panes = page.getByTestId("agent");
  const accept = page.getByRole("button", { name: "Accept" });
  await accept.waitFor();
  const ringing = panes.filter({ has: accept });
  const other = panes.filter({ hasNot: accept });
  // Handles that stay with their agent when the cards change.
  const [ringingId, otherId] = await Promise.all(
    [ringing, other].map((pane) => pane.getAttribute("data-agent")),
  );
  const chat = (id) => new AgentChat(page, page.locator(`[data-agent="${id}"]`));
  return { agent: chat(ringingId), other: chat(otherId) };
}
