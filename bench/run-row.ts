import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Row } from "@/bench/row";
import { messageOf } from "@/lib/errors";

// One row in a process of its own, for `bench/run.ts`: what one leaves in memory cannot touch the next.

const id = process.argv[2] as string;
// A row cleans up on SIGTERM; when the one that started us is gone, nobody is left to send it.
process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));

try {
  const file = pathToFileURL(path.resolve("bench", "rows", `${id}.ts`)).href;
  const { row } = (await import(file)) as { row: Row };
  const figures = await row.run((line) => console.log(`  ${line}`));
  process.send?.({ what: row.what, against: row.against, figures });
} catch (error) {
  console.error(`  ${error instanceof Error ? error.stack : messageOf(error)}`);
  process.exitCode = 1;
}
process.removeAllListeners("disconnect");
if (process.connected) process.disconnect();
