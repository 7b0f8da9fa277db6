/**
 * A reason why a part of the one-machine edition cannot start. `message` is one sentence about what
 * is wrong, `hint` one about what to do; the launcher prints both and exits with a non-zero code.
 */
export class StartError extends Error {
  override readonly name = "StartError";

  constructor(
    message: string,
    readonly hint: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const SYSTEM_ERRORS: Record<string, [reason: string, hint: string]> = {
  EACCES: ["this account has no permission", "Give this account the right to write there."],
  EPERM: ["this account has no permission", "Give this account the right to write there."],
  EROFS: ["the file system is read-only", "Choose a folder that can be written to."],
  ENOSPC: ["the disk is full", "Free some space and start again."],
  EDQUOT: ["the disk quota is used up", "Free some space and start again."],
  EEXIST: ["a file stands where a folder is needed", "Move that file away and start again."],
  ENOTDIR: ["a file stands where a folder is needed", "Move that file away and start again."],
};

/** The code of a Node system error such as `ENOENT`, or undefined for any other value. */
export function systemErrorCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Turns an error of the file system into a StartError about `path`; every other error stays as it is. */
export function explainFileError(error: unknown, path: string): unknown {
  const known = SYSTEM_ERRORS[systemErrorCode(error) ?? ""];
  return known ? new StartError(`Cannot write to ${path}: ${known[0]}.`, known[1], { cause: error }) : error;
}

/** Turns what a program printed into a StartError about `path`, when it is one of the known causes. */
export function explainOutput(output: string, path: string): StartError | undefined {
  const code = /No space left on device|disk full/i.test(output)
    ? "ENOSPC"
    : /Permission denied/i.test(output)
      ? "EACCES"
      : /Read-only file system/i.test(output)
        ? "EROFS"
        : undefined;
  const known = code && SYSTEM_ERRORS[code];
  return known ? new StartError(`Cannot write to ${path}: ${known[0]}.`, known[1]) : undefined;
}
