import { testInForce } from "@/e2e/fixtures/in-force";
import { command, IN_FORCE_MS, OPEN_PATH, pause } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";

const IDLE_MS = 3000;

testInForce();

test("a change is in force for the first visitor after idle time", async ({ product, address, visit }) => {
  expect((await visit({ path: OPEN_PATH })).status).toBe(200);
  await pause(IDLE_MS);
  await command(product, "block", address);
  await pause(IN_FORCE_MS);
  expect((await visit({ path: OPEN_PATH })).status).toBe(403);
  await pause(IDLE_MS);
  await command(product, "unblock", address);
  await pause(IN_FORCE_MS);
  expect((await visit({ path: OPEN_PATH })).status).toBe(200);
});
