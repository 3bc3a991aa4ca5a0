// What every file of browser tests stands on: one demo and one browser for all its tests.
import { after, before } from "node:test";
import { openBrowser } from "./browser.mjs";
import { startDemo } from "./demo.mjs";

/** Starts both before the file's tests and ends them after; filled in when the first test runs. */
export function setStage() {
  const stage = {};
  before(async () => {
    stage.demo = await startDemo();
    stage.browser = await openBrowser();
  });
  after(async () => {
    await stage.browser?.close();
    await stage.demo?.stop();
  });
  return stage;
}
