import { readFileSync } from "node:fs";
import path from "node:path";
import { ensureBuilt } from "@/bench/bare-site";
import { CleanUp } from "@/bench/clean-up";
import { fact } from "@/bench/door-row";
import { type Row, spreadOf, spreadText } from "@/bench/row";
import { makeFolder, removeFolder } from "@/e2e/fixtures/data-folder";
import { type Program, startProgram } from "@/e2e/fixtures/program";
import { freePort } from "@/services/ports";
import { readRuntime } from "@/services/runtime";
import { productEnvironment } from "@/services/test/environment";
import { type Found, processesOn } from "@/services/test/processes-on";

const ROUNDS = 5;
const SECONDS_MAX = 8;
const ANSWER_MS_MAX = 90_000;
const STEP_MS = 10;
const REST_MS = 5000;
const NEXT = path.resolve("node_modules", "next", "dist", "bin", "next");

export const row: Row = {
  id: "restart",
  what: "from `npm start` to the first answer, with the data of an earlier run; memory at rest",
  against: "plain `next start` of the same build",
  run: async (log) => {
    const cleanUp = new CleanUp();
    try {
      await ensureBuilt(log);
      const folder = await cleanUp.add(makeFolder(), removeFolder);
      const port = await freePort();
      const env = productEnvironment({ GATEHOUSE_DIR: folder, PORT: String(port) });
      const start = () => cleanUp.add(timedStart("npm", ["start"], env, port), stopProduct(folder));
      // The first makes the data folder.
      await stopProduct(folder)(await start());
      const ours: number[] = [];
      const bare: number[] = [];
      let memory: Found[] = [];
      let proportional = 0;
      for (let round = 1; round <= ROUNDS; round++) {
        const started = await start();
        ours.push(started.seconds);
        if (round === ROUNDS) {
          await new Promise((resolve) => setTimeout(resolve, REST_MS));
          memory = processesOn(folder).filter(({ pid }) => memoryOf(pid) !== null);
          proportional = memory.reduce((sum, { pid }) => sum + (memoryOf(pid) ?? 0), 0);
        }
        await stopProduct(folder)(started);
        const args = [NEXT, "start", "-p", String(port), "-H", "127.0.0.1"];
        const plain = await cleanUp.add(timedStart(process.execPath, args, BARE, port), stop);
        bare.push(plain.seconds);
        await stop(plain);
        log(`round ${round}: ${started.seconds.toFixed(2)} s against ${plain.seconds.toFixed(2)} s`);
      }
      const seconds = spreadOf(ours);
      return [
        {
          name: "to the first answer",
          value: spreadText(seconds, 2, " s"),
          target: `≤ ${SECONDS_MAX} s`,
          isReached: seconds.median <= SECONDS_MAX,
        },
        fact("of plain `next start`", `${spreadText(spreadOf(bare), 2, " s")}`),
        fact("as a multiple", `${spreadText(spreadOf(ours.map((it, at) => it / (bare[at] as number))))}×`),
        fact("memory of all processes at rest", memoryText(memory, proportional)),
      ];
    } finally {
      await cleanUp.run();
    }
  },
};

const BARE = { ...productEnvironment(), NODE_ENV: "production" as const };

type Started = { program: Program; seconds: number };

/** Starts a program and asks until it answers, whatever it says. */
async function timedStart(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  port: number,
): Promise<Started> {
  const startedAt = performance.now();
  const program = startProgram(command, args, { env });
  let isOver = false;
  program.ended.then(
    () => (isOver = true),
    () => (isOver = true),
  );
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/icon.svg`).catch(() => null);
    const seconds = (performance.now() - startedAt) / 1000;
    if (answer) {
      await answer.arrayBuffer();
      return { program, seconds };
    }
    if (isOver || seconds * 1000 > ANSWER_MS_MAX) {
      program.child.kill("SIGTERM");
      throw new Error(`No answer on port ${port}:\n${program.output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}

function stopProduct(folder: string): (started: Started) => Promise<void> {
  return async ({ program }) => {
    // The first visitor is answered a moment before the launcher leaves its note.
    await program.waitFor(/Gatehouse is open at/, ANSWER_MS_MAX).catch(() => {});
    const launcher = readRuntime(folder)?.pid;
    if (launcher) process.kill(launcher, "SIGTERM");
    else program.child.kill("SIGTERM");
    await program.ended;
  };
}

async function stop({ program }: Started): Promise<void> {
  program.child.kill("SIGTERM");
  await program.ended;
}

/** Bytes of a process in memory, what it shares divided by those who share it; null where the system does not tell. */
function memoryOf(pid: number): number | null {
  try {
    const [, kilobytes] = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8")) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}

function memoryText(processes: readonly Found[], bytes: number): string {
  if (processes.length === 0) return "this system does not tell";
  return `${Math.round(bytes / 2 ** 20)} MB (PSS) in ${processes.length} processes`;
}
