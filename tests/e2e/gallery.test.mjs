// `beckon card preview`, in Chromium: Microsoft's renderer takes every card without a warning.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { openBrowser, overflows, picture } from "./browser.mjs";

const FILLS = ["full", "minimal", "hostile"];
const POSTER = ["invitation/full", "accepted/chat.full", "terminated/full", "result/full"];

let browser;
let folder;
let address;

before(async () => {
  const binary = process.env.BECKON_BIN;
  assert.ok(binary, "set BECKON_BIN to the beckon binary");
  folder = await mkdtemp(join(tmpdir(), "beckon-gallery-"));
  const page = join(folder, "cards.html");
  await promisify(execFile)(binary, ["card", "preview", "--out", page]);
  address = pathToFileURL(page).href;
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

async function open(hash = "") {
  const page = await browser.context.newPage();
  await page.goto(address + hash);
  return page;
}

test("every card is drawn without a warning, in every language", async () => {
  const page = await open();
  for (const language of ["en", "de"]) {
    await page.getByTestId("choose-language").selectOption(language);
    for (const fill of FILLS) {
      await page.getByTestId("choose-sample").selectOption(fill);
      const states = await page.getByTestId("state").count();
      assert.ok(states > 20, `${states} states`);
      // Light and dark.
      assert.equal(await page.locator(".ac-adaptiveCard").count(), states * 2);
      assert.deepEqual(await page.locator(".warning").allTextContents(), []);
      await picture(page, `cards-${language}-${fill}`);
    }
  }
  assert.ok(!(await overflows(page, 900)), "no sideways scrolling");
  assert.deepEqual(browser.errors, []);
});

test("what a hostile customer brings stays text", async () => {
  const page = await open();
  await page.getByTestId("choose-sample").selectOption("hostile");
  const text = page.locator(".ac-textBlock").filter({ hasText: "<at>Ada</at>" });
  assert.ok((await text.count()) > 0);
  // The only links are our own.
  assert.equal(await page.locator(".ac-textBlock a, .ac-factset a").count(), 0);
  assert.equal(await page.locator("at").count(), 0);
});

test("the picture of the four moments", async () => {
  const page = await open(`#${POSTER.join(",")}`);
  await page.setViewportSize({ width: 1600, height: 600 });
  assert.equal(await page.locator(".ac-adaptiveCard").count(), POSTER.length * 2);
  await picture(page, "cards", { publish: true, options: { fullPage: true, scale: "css" } });
});
