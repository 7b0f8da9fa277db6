export type AppErrorCode =
  | "bad-input"
  | "unauthenticated"
  | "forbidden"
  | "not-found"
  | "conflict"
  /** What a person may still do who insists. */
  | "protected"
  | "unavailable";

const STATUS: Record<AppErrorCode, number> = {
  "bad-input": 400,
  unauthenticated: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  protected: 409,
  unavailable: 503,
};

/** An outcome that a caller can explain to a person; its message is written for that person. */
export class AppError extends Error {
  override readonly name = "AppError";

  constructor(
    readonly code: AppErrorCode,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }

  get status(): number {
    return STATUS[this.code];
  }
}

/** What the error says, for a log line: never a stack, never an empty string. */
export function messageOf(error: unknown): string {
  if (error instanceof Error) return error.message || error.name;
  return String(error);
}
