import {
  ADMIN_REFUSED_STATUSES,
  FAILED_STATUSES,
  isCountedKind,
  meantStatus,
  SENSITIVE_REFUSED_STATUSES,
} from "@/lib/detection/activity";
import type { RequestEvent } from "@/lib/events/request-event";
import type { Action } from "@/lib/guard/verdict";

// What detection counts a request by, in one small number that the drain stores: grouping by it costs a tenth of
// grouping by kind, status, verdict and user. Bits are never given another meaning: old rows keep theirs.
const COUNTED = 1;
const SIGNED_IN = 2;
const VERDICT: Record<Action, number> = { allow: 0, block: 4, limit: 8 };
/** The site's own answer: 0 where it is not known, 1 for one that no rule asks about. */
const ANSWER_SHIFT = 4;
const ANSWERS: readonly (number | null)[] = [null, null, 400, 401, 403, 404, 405];
const OTHER_ANSWER = 1;

type NatureOf = Pick<RequestEvent, "kind" | "verdict" | "status"> & { signedIn: boolean };

export function natureOf({ kind, verdict, status, signedIn }: NatureOf): number {
  return (
    (isCountedKind(kind) ? COUNTED : 0) |
    (signedIn ? SIGNED_IN : 0) |
    VERDICT[verdict] |
    (answerCode(verdict === "allow" ? status : null) << ANSWER_SHIFT)
  );
}

function answerCode(status: number | null): number {
  if (status === null) return 0;
  const code = ANSWERS.indexOf(meantStatus(status));
  return code > 0 ? code : OTHER_ANSWER;
}

const answerIn = (statuses: readonly number[]) =>
  `nature >> ${ANSWER_SHIFT} in (${statuses.map(answerCode).join(", ")})`;

/** The same said in SQL. */
export const NATURE_SQL = {
  counted: `nature & ${COUNTED} <> 0`,
  signedIn: `nature & ${SIGNED_IN} <> 0`,
  blocked: `nature & ${VERDICT.block} <> 0`,
  limited: `nature & ${VERDICT.limit} <> 0`,
  answered: `nature >> ${ANSWER_SHIFT} > 0`,
  failed: answerIn(FAILED_STATUSES),
  sensitiveRefused: answerIn(SENSITIVE_REFUSED_STATUSES),
  adminRefused: answerIn(ADMIN_REFUSED_STATUSES),
  /** Answered, and not with a refusal. */
  served: `nature >> ${ANSWER_SHIFT} = ${OTHER_ANSWER}`,
} as const;
