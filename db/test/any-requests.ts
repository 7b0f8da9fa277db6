import type { RequestQuery } from "@/db/request-filter-sql";
import type { TimeRange } from "@/lib/time-range";

/** The question for all requests of a span, to which a test or a measurement adds what it asks for. */
export const anyRequests = (span: TimeRange): RequestQuery => ({
  span,
  visitor: null,
  path: "",
  method: null,
  verdict: null,
  country: null,
  status: null,
  kind: null,
});
