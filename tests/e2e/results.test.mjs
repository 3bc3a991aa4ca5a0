// A day in the demo: it is played, a night passes with its sweep, and the results show both.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { overflows, picture } from "./browser.mjs";
import { setStage } from "./stage.mjs";

const stage = setStage();
/** Teams lets no bot post more quickly. */
const DAY = { timeout: 120_000 };

async function letDay(page, button) {
  await page.getByTestId(button).click();
  await page.locator(`[data-testid="${button}"]:disabled`).waitFor();
  await page.locator(`[data-testid="${button}"]:enabled`).waitFor(DAY);
  assert.match(await page.getByTestId("day-clock").innerText(), /\d\d:\d\d$/);
}

async function openResults(page) {
  const opened = stage.browser.context.waitForEvent("page");
  await page.getByTestId("results").click();
  const results = await opened;
  await results.getByTestId("figures").waitFor();
  return results;
}

/** A tile by its name. */
const tile = (page, name) =>
  page.getByTestId("tiles").locator("div").filter({ hasText: name }).locator("dd").innerText();

/** What a chart says of a category that was picked by keyboard. */
async function says(page, chart, words) {
  await page.getByTestId(`${chart}-canvas`).focus();
  await page.keyboard.press("Home");
  for (let tries = 0; tries < 24; tries += 1) {
    const said = await page.getByTestId(`${chart}-said`).innerText();
    if (said.startsWith(words)) return said;
    await page.keyboard.press("ArrowRight");
  }
  throw new Error(`${chart} never said ${words}`);
}

test("a day is played, a night passes, and the results show both", async () => {
  const page = stage.browser.context.pages()[0];
  await page.goto(stage.demo.addresses.demo);
  await letDay(page, "play-day");

  let results = await openResults(page);
  assert.equal(await tile(results, "Sessions"), "22", "two are still open");
  assert.equal(await tile(results, "Stale"), "0 %");
  await results.close();

  await letDay(page, "pass-day");
  results = await openResults(page);
  await results.getByRole("button", { name: "Yesterday" }).click();
  await results.getByTestId("scope").getByText("24 sessions").waitFor();
  assert.match(await results.getByTestId("scope").innerText(), /\(UTC\)/);
  assert.equal(await tile(results, "Stale"), "8 %");

  // By keyboard, in words.
  assert.match(await says(results, "by-hour", "17–18 h"), /1 ended as stale/);
  assert.match(await says(results, "by-hour", "13–14 h"), /1 not handled/);
  assert.match(await says(results, "waits", "13–14 h"), /90 % 1[56] min/);
  assert.match(await says(results, "by-channel", "WhatsApp"), /session/);
  assert.ok(await results.getByTestId("by-day").isHidden(), "one day needs no days");
  // Drawn, too: a column for each hour in which something began.
  const columns = results.getByTestId("by-hour-canvas").locator("rect.seg-agent");
  assert.ok((await columns.count()) >= 8);

  // Nobody is named, in what is drawn and in what is not.
  const text = await results.locator("body").innerText();
  for (const name of ["Amsler", "Brunner", "Costa", "Lovelace"]) assert.ok(!text.includes(name));

  await results.getByTestId("table-by").selectOption("hour");
  const noon = results.getByTestId("figures").getByRole("row", { name: "17–18 h" });
  await noon.waitFor();
  const [download] = await Promise.all([
    results.waitForEvent("download"),
    results.getByTestId("csv").click(),
  ]);
  const lines = (await readFile(await download.path(), "utf8")).trimEnd().split("\r\n");
  assert.match(download.suggestedFilename(), /^beckon-hour-\d{4}-\d\d-\d\d-.*\.csv$/);
  assert.equal(lines.length, 1 + 9, "a line of names, and nine hours");
  await results.getByTestId("table-by").selectOption("channel");
  await results.getByTestId("figures").getByRole("row", { name: "SMS" }).waitFor();

  await results.setViewportSize({ width: 1280, height: 900 });
  await results.mouse.move(0, 0);
  const whole = { fullPage: true, scale: "css" };
  await results.emulateMedia({ colorScheme: "light" });
  await picture(results, "results", { publish: true, options: whole });
  await results.emulateMedia({ colorScheme: "dark" });
  await picture(results, "results-dark", { options: whole });
  await results.setViewportSize({ width: 390, height: 800 });
  await picture(results, "results-narrow", { options: whole });
  assert.equal(await overflows(results, 360), false, "the page must fit a phone");
  await results.getByRole("button", { name: "7 days" }).click();
  await results.getByTestId("by-day").waitFor();
  assert.match(await says(results, "by-day", ""), /:/);
  assert.deepEqual(stage.browser.errors, []);
  await picture(page, "demo-after-a-day");
});

test("signing in takes a key that sees reports, and no other", async () => {
  const page = await stage.browser.context.newPage();
  await page.goto(`${stage.demo.addresses.beckon}/console/results`);
  await page.getByTestId("sign-in-key").fill("bk_wrong");
  await page.getByTestId("sign-in-submit").click();
  await page.getByTestId("sign-in-error").getByText("This key is not known").waitFor();
  await page.close();
});
