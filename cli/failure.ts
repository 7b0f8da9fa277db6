import { AppError, messageOf } from "@/lib/errors";

/** Exit codes: 0 done, 1 not done, 2 asked in a way that cannot be understood. */
export type ExitCode = 0 | 1 | 2;

/** A command that ends here, with a sentence for the person who typed it and perhaps one about what to do. */
export class CommandError extends Error {
  override readonly name = "CommandError";

  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
    readonly hint = "",
  ) {
    super(message);
  }
}

export type Failure = { exitCode: ExitCode; message: string };

/** How a command that threw this ends: the message for standard error, empty where everything is said already. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CommandError) {
    return { exitCode: error.exitCode, message: [error.message, error.hint].filter(Boolean).join("\n") };
  }
  if (error instanceof AppError) {
    const hint = error.code === "protected" ? "Use --force if you mean it." : "";
    return {
      exitCode: error.code === "bad-input" ? 2 : 1,
      message: [error.message, hint].filter(Boolean).join("\n"),
    };
  }
  if (isUsageError(error)) return { exitCode: error.exitCode === 0 ? 0 : 2, message: "" };
  return { exitCode: 1, message: plainMessage(error) };
}

// Commander has printed its message before it throws. Its class is not imported, to stay usable without it.
function isUsageError(error: unknown): error is Error & { code: string; exitCode: number } {
  return (
    error instanceof Error &&
    "code" in error &&
    String(error.code).startsWith("commander.") &&
    "exitCode" in error
  );
}

const UNREACHABLE = /ECONNREFUSED|ENOTFOUND|ETIMEDOUT|CONNECT_TIMEOUT|ECONNRESET|EAI_AGAIN/;

// What Drizzle says first is the query with its parameters: what the driver says is the reason.
function plainMessage(error: unknown): string {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause) innermost = innermost.cause;
  const code = innermost instanceof Error && "code" in innermost ? String(innermost.code) : "";
  const message = messageOf(
    innermost instanceof AggregateError ? (innermost.errors[0] ?? innermost) : innermost,
  );
  if (code === "42P01") return "The database has no tables of Gatehouse yet: start it once with npm start.";
  if (UNREACHABLE.test(code)) return `The database does not answer (${message}).`;
  return message;
}
