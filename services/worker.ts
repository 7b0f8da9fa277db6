import { database } from "@/db/client";
import { isLostConnection } from "@/db/lost-connection";
import { findJob, JOBS } from "@/inngest/jobs";
import { stepBack } from "@/services/background";
import { runChild } from "@/services/child";
import { Scheduler } from "@/services/scheduler";

const scheduler = new Scheduler({
  // A pool that has lost a connection is replaced.
  get db() {
    return database();
  },
  jobs: JOBS,
  log: (line) => console.log(line),
});

process.on("unhandledRejection", (error) => {
  if (!isLostConnection(error)) throw error;
});

runChild({
  async start() {
    // The doors stand beside it on the same machine, and a visitor waits there.
    stepBack();
    scheduler.start();
    return {};
  },
  async stop() {
    await scheduler.stop();
    // What the doors sent last is stored before the store goes down.
    const drainJob = findJob("drain-events");
    if (drainJob) await scheduler.runNow(drainJob);
    await database().$client.end({ timeout: 3 });
  },
});
