// Draws the app's icons: manifests/icons/*.svg to the PNG files that go into the Teams package.
// Run by `make icons` after a drawing was changed; the PNG files are committed.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const SIZES = { color: 192, color32: 32, outline: 32 };

// The browser tests bring the browser's driver along.
const require = createRequire(new URL("../tests/e2e/package.json", import.meta.url));
const { chromium } = require("playwright-core");

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--force-color-profile=srgb",
  ],
});
try {
  for (const [name, size] of Object.entries(SIZES)) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    const file = (ending) =>
      fileURLToPath(new URL(`../manifests/icons/${name}.${ending}`, import.meta.url));
    const drawing = await readFile(file("svg"), "utf8");
    await page.setContent(`<style>* { margin: 0 } svg { display: block }</style>${drawing}`);
    await page.screenshot({ path: file("png"), omitBackground: true });
  }
} finally {
  await browser.close();
}
