import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { createLiveHub } from "@/app/api/live/hub";

const message = { now: 1, seconds: [], requests: [], suspects: { open: 0, detectedAt: null } };
const EVERY_MS = 10;

test("nobody connected costs nothing, and one question serves all who are", async () => {
  const read = vi.fn(async () => message);
  const hub = createLiveHub(read, EVERY_MS);
  await sleep(3 * EVERY_MS);
  expect(read).not.toHaveBeenCalled();

  const heard = [vi.fn(), vi.fn()];
  const leave = heard.map((listener) => hub.join(listener));
  await vi.waitFor(() => expect(heard[1]?.mock.calls.length).toBeGreaterThan(2));
  expect(heard[0]?.mock.calls.length).toBe(heard[1]?.mock.calls.length);
  expect(read.mock.calls.length).toBe(heard[0]?.mock.calls.length);

  for (const each of leave) each();
  expect(hub.listeners).toBe(0);
  await sleep(3 * EVERY_MS);
  const asked = read.mock.calls.length;
  await sleep(5 * EVERY_MS);
  expect(read.mock.calls.length).toBe(asked);
});

test("who comes back within the second is not asked for twice", async () => {
  const read = vi.fn(async () => message);
  const hub = createLiveHub(read, 40);
  for (let time = 0; time < 5; time++) hub.join(() => {})();
  const leave = hub.join(() => {});
  await sleep(200);
  leave();
  expect(read.mock.calls.length).toBeGreaterThan(1);
  expect(read.mock.calls.length).toBeLessThan(7);
});

test("a failed question is asked again, and a dead connection does not silence the others", async () => {
  const read = vi.fn(async () => message).mockRejectedValueOnce(new Error("down"));
  const hub = createLiveHub(read, EVERY_MS);
  hub.join(() => {
    throw new Error("closed");
  });
  const heard = vi.fn();
  const leave = hub.join(heard);
  await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(message));
  expect(hub.listeners).toBe(1);
  leave();
});
