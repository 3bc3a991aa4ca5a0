// Chromium with nothing of its own: a fresh profile, no calls home.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const here = dirname(fileURLToPath(import.meta.url));
const artifacts = join(here, "artifacts");
const images = join(here, "../../docs/images");

/** Opens a browser whose pages report every error they meet in `errors`. */
export async function openBrowser() {
  const profile = await mkdtemp(join(tmpdir(), "beckon-e2e-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    args: ARGS,
    viewport: { width: 1360, height: 660 },
    deviceScaleFactor: 2,
    locale: "en-GB",
    timezoneId: "UTC",
  });
  context.setDefaultTimeout(15_000);
  const errors = [];
  const watch = (page) => {
    page.on("pageerror", (error) => errors.push(`${page.url()}: ${error}`));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(`${page.url()}: ${message.text()}`);
    });
  };
  context.pages().forEach(watch);
  context.on("page", watch);
  return {
    context,
    errors,
    async close() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** Leaves a picture in `artifacts/`; with `UPDATE_SCREENSHOT=1` also in `docs/images/`. */
export async function picture(page, name, { publish = false, options = {} } = {}) {
  await page.bringToFront();
  await mkdir(artifacts, { recursive: true });
  await page.screenshot({
    ...options,
    path: join(artifacts, `${name}.png`),
    animations: "disabled",
  });
  if (publish && process.env.UPDATE_SCREENSHOT === "1") {
    await mkdir(images, { recursive: true });
    await page.screenshot({
      ...options,
      path: join(images, `${name}.png`),
      animations: "disabled",
    });
  }
}

/** Resolves to whether the page needs sideways scrolling at this width. */
export async function overflows(page, width) {
  const before = page.viewportSize();
  await page.setViewportSize({ width, height: 740 });
  const wider = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth;
  });
  await page.setViewportSize(before);
  return wider;
}
