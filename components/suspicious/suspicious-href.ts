import type { SuspiciousOrder } from "@/db/suspicious-ips";

export const SUSPICIOUS_PAGE = "/suspicious";

export const STATES = {
  active: "Active",
  open: "Open",
  blocked: "Blocked",
  ignored: "Ignored",
  resolved: "Resolved",
  all: "All",
} as const;
export type SuspiciousState = keyof typeof STATES;

export const ORDERS: Record<SuspiciousOrder, string> = { worst: "Worst first", latest: "Latest first" };

export function isSuspiciousState(text: unknown): text is SuspiciousState {
  return typeof text === "string" && Object.hasOwn(STATES, text);
}

export function isSuspiciousOrder(text: unknown): text is SuspiciousOrder {
  return typeof text === "string" && Object.hasOwn(ORDERS, text);
}

/** What the page shows, as it stands in the URL. */
export type SuspiciousFilter = {
  state: SuspiciousState;
  /** A rule's id, `multiple`, or empty for any. */
  reason: string;
  search: string;
  order: SuspiciousOrder;
};

export const NO_FILTER: SuspiciousFilter = { state: "active", reason: "", search: "", order: "worst" };

/** The address of a list of suspicious targets, without what is left at its default. */
export function suspiciousHref(filter: Partial<SuspiciousFilter> = {}, cursor?: string | null): string {
  const { state, reason, search, order } = { ...NO_FILTER, ...filter };
  const params = new URLSearchParams();
  if (state !== NO_FILTER.state) params.set("status", state);
  if (reason) params.set("reason", reason);
  if (search) params.set("search", search);
  if (order !== NO_FILTER.order) params.set("order", order);
  if (cursor) params.set("cursor", cursor);
  return params.size ? `${SUSPICIOUS_PAGE}?${params}` : SUSPICIOUS_PAGE;
}

/** The page of one case. */
export const caseHref = (id: number): string => `${SUSPICIOUS_PAGE}?id=${id}`;
