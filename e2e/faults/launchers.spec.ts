import { send } from "@/e2e/fixtures/http";
import { end, Launched } from "@/e2e/fixtures/launched";
import { OPEN_PATH, pause } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";
import { freePort } from "@/services/ports";
import { waitForNone } from "@/services/test/processes-on";

const LAUNCHERS = 4;
const GONE_MS = 5000;

let launched: Launched;
test.beforeEach(async () => {
  launched = await Launched.prepare();
});
test.afterEach(() => launched.remove());

test("of launchers that start at once on one new folder one opens, and the others say who is there", async () => {
  const ports = await Promise.all(Array.from({ length: LAUNCHERS }, () => freePort()));
  const programs = ports.map((port) => launched.start({ PORT: String(port) }));
  const outcomes = await Promise.all(
    programs.map((program) =>
      Promise.race([
        program.waitFor(/Gatehouse is open at/, 90_000).then(() => "open"),
        program.ended.then(({ code }) => `ended with ${code}`),
      ]).catch(() => "ended with 1"),
    ),
  );
  const winners = programs.filter((_, at) => outcomes[at] === "open");
  // Two that see each other in the same moment may both give way: then a further start opens.
  expect(winners.length).toBeLessThanOrEqual(1);
  for (const [at, program] of programs.entries()) {
    if (outcomes[at] === "open") continue;
    expect(outcomes[at]).toBe("ended with 1");
    expect(program.output()).toMatch(/Another Gatehouse \(process \d+, .*\) is running on/);
    expect(program.output()).not.toMatch(/^\s+at .*\.ts:\d+/m);
  }
  console.log(`     ${LAUNCHERS} launchers at once: ${outcomes.join(", ")}`);
  const open = winners[0] ?? (await launched.open()).program;
  const url = /open at http:\/\/localhost(:\d+)/.exec(open.output())?.[1];
  expect((await send(`http://127.0.0.1${url}`, { path: OPEN_PATH })).status).toBe(200);
  expect(open.output()).toMatch(/Password: +\S+/);
  await pause(500);
  expect(await end(open, "SIGTERM")).toBe(0);
  expect(await waitForNone(launched.folder, GONE_MS)).toEqual([]);
  // Nothing is corrupted: the next start finds what the winner made.
  const { program } = await launched.open();
  expect(program.output()).not.toMatch(/Password:/);
  expect(await end(program, "SIGTERM")).toBe(0);
});
