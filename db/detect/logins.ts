import { NATURE_SQL } from "@/db/activity/nature";
import type { Database } from "@/db/client";
import type { Flagged } from "@/db/detect/flagged";
import { rangeTarget } from "@/db/detect/networks";
import { mayBeFrom } from "@/db/request-keys";
import { isOneOf, isWithin } from "@/db/visitor-index";
import type { Activity } from "@/lib/detection/activity";
import { addLogins, findCredentialStuffing, type NetworkLogins } from "@/lib/detection/rules";
import { SIGNAL_BITS } from "@/lib/detection/signals";
import type { Thresholds } from "@/lib/detection/thresholds";
import type { TimeRange } from "@/lib/time-range";
import { uuidFloor } from "@/lib/uuid-time";

/** Networks with failed logins that are minded at once: beyond that the run has better evidence than theirs. */
const NETWORKS_MAX = 20_000;

/** Failed logins by network, added up while the activities go by. */
export class LoginTally {
  readonly #networks: Map<string, NetworkLogins>;

  constructor(known: readonly NetworkLogins[] = []) {
    this.#networks = new Map(known.map((one) => [one.network, one]));
  }

  add(activity: Activity): void {
    addLogins(this.#networks, activity, NETWORKS_MAX);
  }

  find(thresholds: Thresholds, window: TimeRange): Flagged[] {
    return findCredentialStuffing(this.#networks.values(), thresholds).map(({ network, finding }) => ({
      ...rangeTarget(network, window),
      findings: [finding],
    }));
  }
}

const FAILURE = `${NATURE_SQL.noteworthy} and signals & ${SIGNAL_BITS["login-failure"]} <> 0`;
const LOGINS = `
  with failing as materialized (
    select distinct network from request_rows
    where ${isOneOf("$1")} and ${isWithin("id", "$2", "$3")} and ${FAILURE}
    limit ${NETWORKS_MAX}
  )
  select failing.network::text, logins.failures, logins.visitors, null as usernames
  from failing cross join lateral (
    select count(*)::int as failures, count(distinct ip_hash)::int as visitors from request_rows log
    where ${mayBeFrom("log", "failing.network")} and log.network = failing.network and log.id >= $2::uuid and log.id < $3::uuid and ${FAILURE}
  ) as logins`;

/** The failed logins of all visitors of the networks from which one of these visitors failed. */
export async function readLogins(
  db: Database,
  visitors: readonly string[],
  window: TimeRange,
): Promise<NetworkLogins[]> {
  const rows = await db.$client.unsafe<NetworkLogins[]>(LOGINS, [
    [...visitors],
    uuidFloor(window.from),
    uuidFloor(window.to),
  ]);
  return [...rows];
}
