import {
  ADMIN_REFUSED_STATUSES,
  FAILED_STATUSES,
  isCounted,
  meantStatus,
  SENSITIVE_REFUSED_STATUSES,
} from "@/lib/detection/activity";
import { hasSignal, SIGNAL_BITS } from "@/lib/detection/signals";
import type { RequestEvent } from "@/lib/events/request-event";
import type { Action } from "@/lib/guard/verdict";

// What detection counts a request by, in one small number that the drain stores: asking for a bit of it costs a tenth of
// asking for kind, status, verdict, user and signals. Bits are never given another meaning: old rows keep theirs.
/** What the limits count: see `isCounted`. */
const COUNTED = 1;
const SIGNED_IN = 2;
const VERDICT: Record<Action, number> = { allow: 0, block: 4, limit: 8 };
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

type NatureOf = Pick<RequestEvent, "kind" | "verdict" | "status"> & { signedIn: boolean; signals: number };

export function natureOf({ kind, verdict, status, signedIn, signals }: NatureOf): number {
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
    (isFailed || verdict !== "allow" || (signals & ~SIGNAL_BITS.asset) !== 0 ? NOTEWORTHY : 0)
  );
}

function answerCode(status: number | null): number {
  if (status === null) return 0;
  const code = ANSWERS.indexOf(meantStatus(status));
  return code > 0 ? code : OTHER_ANSWER;
}

const FAILED_CODES = FAILED_STATUSES.map(answerCode);
const has = (bits: number) => `nature & ${bits}::int2 <> 0::int2`;
const answerIn = (statuses: readonly number[]) =>
  `(nature >> ${ANSWER_SHIFT}) & ${ANSWER_MASK} in (${statuses.map(answerCode).join(", ")})`;

/** The same said in SQL. */
export const NATURE_SQL = {
  failed: has(FAILED),
  blocked: has(VERDICT.block),
  limited: has(VERDICT.limit),
  sensitiveRefused: answerIn(SENSITIVE_REFUSED_STATUSES),
  adminRefused: answerIn(ADMIN_REFUSED_STATUSES),
  /** Answered, and not with a refusal. */
  served: `(nature >> ${ANSWER_SHIFT}) & ${ANSWER_MASK} = ${OTHER_ANSWER}`,
  noteworthy: has(NOTEWORTHY),
  /** The same by the very words of the index `request_logs_noteworthy`; of `=` Postgres expects few rows. */
  noteworthyByIndex: `nature & ${NOTEWORTHY}::int2 = ${NOTEWORTHY}::int2`,
  /** Of the bits of one request, or of several together. */
  anySignedIn: (natures: string) => `${natures} & ${SIGNED_IN} <> 0`,
  anyOtherwise: (natures: string) => `${natures} & ${OTHERWISE} <> 0`,
} as const;
