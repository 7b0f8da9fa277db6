import { failureOf } from "@/cli/failure";
import { buildProgram } from "@/cli/program";

// `gatehouse rules | head` closes the pipe early: that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

const program = buildProgram();
try {
  await program.parseAsync();
} catch (error) {
  const { exitCode, message } = failureOf(error);
  if (message) console.error(message);
  process.exitCode = exitCode;
}
