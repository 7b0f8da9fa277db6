import type { Command } from "commander";
import { withGatehouse } from "@/cli/environment";
import { CommandError } from "@/cli/failure";
import type { JobResult } from "@/inngest/jobs";
import { formatPlural } from "@/lib/format";

/** Milliseconds that the command waits for its turn while another process drains. */
const TURN_WAIT_MS = 10_000;

export function registerDrain(program: Command): void {
  program
    .command("drain")
    .description("move recorded requests from the edge store into the database now")
    .action(drain);
}

async function drain(): Promise<void> {
  await withGatehouse(async (db) => {
    const [{ Scheduler }, { findJob, JOBS }] = await Promise.all([
      import("@/services/scheduler"),
      import("@/inngest/jobs"),
    ]);
    const scheduler = new Scheduler({ db, jobs: JOBS, log: (line) => console.error(line) });
    const job = findJob("drain-events");
    const result = job && (await inTurn(() => scheduler.runNow(job)));
    if (!result)
      throw new CommandError("Another process is draining all the time: there is nothing to do here.");
    const { events = 0, inserted = 0, rejected = 0 } = result;
    const twice =
      events > inserted ? `, ${formatPlural(events - inserted, "event")} had been stored before` : "";
    const lost = rejected > 0 ? `, ${formatPlural(rejected, "event")} could not be read` : "";
    console.log(`Stored ${formatPlural(inserted, "request")}${twice}${lost}.`);
  });
}

async function inTurn(run: () => Promise<JobResult | null>): Promise<JobResult | null> {
  const until = Date.now() + TURN_WAIT_MS;
  for (;;) {
    const result = await run();
    if (result || Date.now() > until) return result;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
