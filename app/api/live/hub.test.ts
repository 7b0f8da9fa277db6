import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { createLiveHub, type Listener } from "@/app/api/live/hub";

const message = { now: 1, seconds: [], requests: [], suspects: { open: 0, detectedAt: null } };
const EVERY_MS = 10;

const listener = (send: Listener["send"] = vi.fn(), sessionId = "s") => ({ sessionId, send, end: vi.fn() });
const sourceOf = (read = vi.fn(async () => message)) => {
  const ended = new Set<string>();
  const sessionsOn = async (ids: readonly string[]) => new Set(ids.filter((id) => !ended.has(id)));
  return { read, sessionsOn, ended };
};

test("nobody connected costs nothing, and one question serves all who are", async () => {
  const source = sourceOf();
  const { read } = source;
  const hub = createLiveHub(source, EVERY_MS);
  await sleep(3 * EVERY_MS);
  expect(read).not.toHaveBeenCalled();

  const heard = [vi.fn(), vi.fn()];
  const leave = heard.map((send) => hub.join(listener(send)));
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
  const source = sourceOf();
  const hub = createLiveHub(source, 40);
  for (let time = 0; time < 5; time++) hub.join(listener())();
  const leave = hub.join(listener());
  await sleep(200);
  leave();
  expect(source.read.mock.calls.length).toBeGreaterThan(1);
  expect(source.read.mock.calls.length).toBeLessThan(7);
});

test("a failed question is asked again, and a dead connection does not silence the others", async () => {
  const read = vi.fn(async () => message).mockRejectedValueOnce(new Error("down"));
  const hub = createLiveHub(sourceOf(read), EVERY_MS);
  hub.join(
    listener(() => {
      throw new Error("closed");
    }),
  );
  const heard = vi.fn();
  const leave = hub.join(listener(heard));
  await vi.waitFor(() => expect(heard).toHaveBeenCalledWith(message));
  expect(hub.listeners).toBe(1);
  leave();
});

test("who has signed out is cut off and hears no more; the others go on", async () => {
  const source = sourceOf();
  const hub = createLiveHub(source, EVERY_MS);
  const [one, two] = [listener(vi.fn(), "one"), listener(vi.fn(), "two")];
  hub.join(one);
  const leave = hub.join(two);
  await vi.waitFor(() => expect(one.send).toHaveBeenCalled());
  source.ended.add("one");
  await vi.waitFor(() => expect(one.end).toHaveBeenCalledTimes(1));
  const [heardOne, heardTwo] = [vi.mocked(one.send).mock.calls.length, vi.mocked(two.send).mock.calls.length];
  await vi.waitFor(() => expect(vi.mocked(two.send).mock.calls.length).toBeGreaterThan(heardTwo + 2));
  expect(vi.mocked(one.send).mock.calls.length).toBe(heardOne);
  expect(two.end).not.toHaveBeenCalled();
  leave();
});
