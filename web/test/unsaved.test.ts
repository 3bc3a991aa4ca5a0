import { expect, test } from "vitest";
import { Unsaved } from "../src/console/unsaved.ts";

test("what is typed while a save is under way is not taken for saved", async () => {
  const unsaved = new Unsaved();
  expect(unsaved.any).toBe(false);
  unsaved.touch();
  const first = unsaved.save(async () => {
    unsaved.touch();
    return true;
  });
  expect(await first).toBe(true);
  expect(unsaved.any).toBe(true);
  expect(await unsaved.save(async () => true)).toBe(true);
  expect(unsaved.any).toBe(false);
});

test("what is refused stays unsaved", async () => {
  const unsaved = new Unsaved();
  unsaved.touch();
  expect(await unsaved.save(async () => false)).toBe(false);
  expect(unsaved.any).toBe(true);
});

test("an answer that comes late does not undo a later one", async () => {
  const unsaved = new Unsaved();
  unsaved.touch();
  let answer = (_: boolean): void => {};
  const slow = unsaved.save(() => new Promise((resolve) => (answer = resolve)));
  unsaved.touch();
  await unsaved.save(async () => true);
  answer(true);
  await slow;
  expect(unsaved.any).toBe(false);
});
