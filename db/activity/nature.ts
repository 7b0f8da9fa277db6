import {
  ADMIN_REFUSED_STATUSES,
  FAILED_STATUSES,
  isCounted,
  meantStatus,
  SENSITIVE_REFUSED_STATUSES,
} from "@/lib/detection/activity";
import { hasSignal, SIGNAL_BITS } from "@/lib/detection/signals";
import { DOORS, KINDS, type RequestEvent, type RequestKind } from "@/lib/events/request-event";
import { type Action, REASONS } from "@/lib/guard/verdict";

// What a request was and how detection counts it, in one number that the drain stores: asking for a bit of it costs a
// tenth of asking for kind, status, verdict, user and signals. Bits are never given another meaning: old rows keep theirs,
// and the view `request_logs` reads them.
/** What the limits count: see `isCounted`. */
const COUNTED = 1;
const SIGNED_IN = 2;
const VERDICT: Record<Action, number> = { allow: 0, block: 4, limit: 8 };
const VERDICTS = 12;
/** The site's own answer: 0 where it is not known, 1 for one that no rule asks about. */
const ANSWER_SHIFT = 4;
const ANSWER_MASK = 7;
const ANSWERS: readonly (number | null)[] = [null, null, 400, 401, 403, 404, 405];
const OTHER_ANSWER = 1;
/** Counted, answered 400, 403 or 404, and nothing that programs ask for unbidden. */
const FAILED = 128;
/** Counted, and its answer is known and no failure. */
const OTHERWISE = 256;
/** What a visitor without a fault hardly ever does: failed, refused by the guard, or any signal but the asset's. */
const NOTEWORTHY = 512;
const REASON_SHIFT = 11;
const DOOR_SHIFT = 15;
const KIND_SHIFT = 17;
const METHOD_SHIFT = 20;
const METHOD_MASK = 7;
/** Their codes are 1 to 7; 0 is any other, whose name the row keeps. */
const METHODS: readonly string[] = ["GET", "POST", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"];

type NatureOf = Pick<RequestEvent, "kind" | "verdict" | "status" | "reason" | "door" | "method"> & {
  signedIn: boolean;
  signals: number;
};

export const hasMethodCode = (method: string): boolean => METHODS.includes(method);
/** 0 is that of all that have none of their own. */
export const methodCode = (method: string): number => METHODS.indexOf(method) + 1;
export const kindCode = (kind: RequestKind): number => KINDS.indexOf(kind);

export function natureOf(request: NatureOf): number {
  const { kind, verdict, status, signedIn, signals } = request;
  const answer = answerCode(verdict === "allow" ? status : null);
  const counts = isCounted({ kind, signals, signedIn });
  const isFailed = counts && FAILED_CODES.includes(answer) && !hasSignal(signals, "well-known");
  return (
    (counts ? COUNTED : 0) |
    (signedIn ? SIGNED_IN : 0) |
    VERDICT[verdict] |
    (answer << ANSWER_SHIFT) |
    (isFailed ? FAILED : 0) |
    (counts && answer > 0 && !isFailed ? OTHERWISE : 0) |
    (isFailed || verdict !== "allow" || (signals & ~SIGNAL_BITS.asset) !== 0 ? NOTEWORTHY : 0) |
    (REASONS.indexOf(request.reason) << REASON_SHIFT) |
    (DOORS.indexOf(request.door) << DOOR_SHIFT) |
    (KINDS.indexOf(kind) << KIND_SHIFT) |
    ((METHODS.indexOf(request.method) + 1) << METHOD_SHIFT)
  );
}

function answerCode(status: number | null): number {
  if (status === null) return 0;
  const code = ANSWERS.indexOf(meantStatus(status));
  return code > 0 ? code : OTHER_ANSWER;
}

const FAILED_CODES = FAILED_STATUSES.map(answerCode);
const has = (bits: number) => `nature & ${bits} <> 0`;
const answerIn = (statuses: readonly number[]) =>
  `(nature >> ${ANSWER_SHIFT}) & ${ANSWER_MASK} in (${statuses.map(answerCode).join(", ")})`;

/** What a number says in words. */
export type NatureWords = Pick<RequestEvent, "verdict" | "reason" | "door" | "kind"> & {
  /** null of one that has no code. */
  method: string | null;
};

export function wordsOf(nature: number): NatureWords {
  const bits = (shift: number, mask: number) => (nature >> shift) & mask;
  return {
    verdict: nature & VERDICT.block ? "block" : nature & VERDICT.limit ? "limit" : "allow",
    reason: REASONS[bits(REASON_SHIFT, 15)] ?? "default",
    door: DOORS[bits(DOOR_SHIFT, 3)] ?? "node",
    kind: KINDS[bits(KIND_SHIFT, 7)] ?? "page",
    method: METHODS[bits(METHOD_SHIFT, METHOD_MASK) - 1] ?? null,
  };
}

/** The same said in SQL, of `request_rows`. */
export const NATURE_SQL = {
  failed: has(FAILED),
  blocked: has(VERDICT.block),
  limited: has(VERDICT.limit),
  sensitiveRefused: answerIn(SENSITIVE_REFUSED_STATUSES),
  adminRefused: answerIn(ADMIN_REFUSED_STATUSES),
  /** Answered, and not with a refusal. */
  served: `(nature >> ${ANSWER_SHIFT}) & ${ANSWER_MASK} = ${OTHER_ANSWER}`,
  noteworthy: has(NOTEWORTHY),
  /** The same by the very words of the index `request_rows_noteworthy`, whatever the verdict; of `=` Postgres expects few rows. */
  noteworthyByIndex: `nature & ${NOTEWORTHY} = ${NOTEWORTHY} and (nature & ${VERDICTS}) in (${Object.values(VERDICT).join(", ")})`,
  /** Of one verdict; blocked and limited requests are all noteworthy. */
  verdict: (action: Action) =>
    action === "allow"
      ? `(nature & ${VERDICTS}) = 0`
      : `nature & ${NOTEWORTHY} = ${NOTEWORTHY} and (nature & ${VERDICTS}) = ${VERDICT[action]}`,
  kind: (kind: RequestKind) => `(nature >> ${KIND_SHIFT}) & 7 = ${KINDS.indexOf(kind)}`,
  methodName: `coalesce(method, (array[${METHODS.map((method) => `'${method}'`).join(", ")}])[(nature >> ${METHOD_SHIFT}) & ${METHOD_MASK}], '')`,
  /** A method that has a code. */
  method: (method: string) => `(nature >> ${METHOD_SHIFT}) & ${METHOD_MASK} = ${METHODS.indexOf(method) + 1}`,
  /** Of the bits of one request, or of several together. */
  anySignedIn: (natures: string) => `${natures} & ${SIGNED_IN} <> 0`,
  anyOtherwise: (natures: string) => `${natures} & ${OTHERWISE} <> 0`,
} as const;
