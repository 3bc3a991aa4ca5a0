// The real `beckon-demo`, started on free ports and stopped as a user would.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** Starts the binary that `BECKON_DEMO_BIN` names and resolves once it serves. */
export async function startDemo() {
  const binary = process.env.BECKON_DEMO_BIN;
  assert.ok(binary, "set BECKON_DEMO_BIN to the beckon-demo binary");
  const ports = ["--port", "0", "--beckon-port", "0", "--teams-port", "0"];
  const child = spawn(binary, [...ports, "--print-addresses"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const line = once(createInterface({ input: child.stdout }), "line");
  const first = await Promise.race([line, exited.then(([code]) => ({ code }))]);
  assert.ok(Array.isArray(first), `beckon-demo ended at once with code ${first.code}`);
  const addresses = JSON.parse(first[0]);
  return {
    addresses,
    /** Presses Ctrl-C; a demo that does not end cleanly fails the test. */
    async stop() {
      child.kill("SIGINT");
      const [code] = await exited;
      assert.equal(code, 0, "beckon-demo must end cleanly");
    },
  };
}
