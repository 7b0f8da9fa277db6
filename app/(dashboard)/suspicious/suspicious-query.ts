import {
  caseHref,
  isSuspiciousOrder,
  isSuspiciousState,
  NO_FILTER,
  type SuspiciousFilter,
  suspiciousHref,
} from "@/components/suspicious/suspicious-href";
import { REASON_MULTIPLE, RULE_IDS } from "@/lib/detection/rules";
import { firstValues, type SearchParams } from "@/lib/request-filter";

/** What the query string of the page asks for. What makes no sense is left out rather than refused: a link never fails. */
export type SuspiciousAsked = {
  filter: SuspiciousFilter;
  cursor: string | null;
  /** One case alone. */
  id: number | null;
};

export function readSuspiciousAsked(params: SearchParams): SuspiciousAsked {
  const { status, reason, search, order, cursor, id } = firstValues(params);
  const number = Number(id);
  return {
    filter: {
      state: isSuspiciousState(status) ? status : NO_FILTER.state,
      reason: [...RULE_IDS, REASON_MULTIPLE].find((known) => known === reason) ?? "",
      search: (search ?? "").trim().slice(0, 200),
      order: isSuspiciousOrder(order) ? order : NO_FILTER.order,
    },
    cursor: cursor && /^[\d-]{1,60}$/.test(cursor) ? cursor : null,
    id: Number.isSafeInteger(number) && number > 0 && number < 2 ** 31 ? number : null,
  };
}

/** The address of the page as it was asked for: where to come back to after signing in. */
export function suspiciousPath({ filter, id }: SuspiciousAsked): string {
  return id === null ? suspiciousHref(filter) : caseHref(id);
}
