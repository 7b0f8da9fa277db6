import { messageOf } from "@/lib/errors";
import { StartError } from "@/services/errors";
import { Gatehouse } from "@/services/gatehouse";

const gatehouse = new Gatehouse({ isDev: process.argv.includes("--dev"), log: (line) => console.log(line) });

let stopping = false;
async function stop(code: number): Promise<void> {
  if (stopping) return;
  stopping = true;
  try {
    await gatehouse.stop();
  } catch (error) {
    console.error(`Not stopped cleanly: ${messageOf(error)}`);
    process.exit(1);
  }
  process.exit(code);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    if (!stopping) console.log("\nStopping: open requests end, events are stored.");
    void stop(0);
  });
}

try {
  await gatehouse.start();
} catch (error) {
  if (!stopping) {
    console.error(`\nGatehouse cannot start. ${messageOf(error)}`);
    if (error instanceof StartError) console.error(error.hint);
    await stop(1);
  }
}
