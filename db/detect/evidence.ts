import { NATURE_SQL } from "@/db/activity/nature";
import type { Database } from "@/db/client";
import { SAMPLES_MAX, type SampleRequest } from "@/db/suspicion-details";
import { byTime, isVisitor, isWithin } from "@/db/visitor-index";
import type { Activity } from "@/lib/detection/activity";
import { ATTACK_SIGNALS, SIGNAL_BITS, type Signal } from "@/lib/detection/signals";
import { limitKeyOf, parseIp } from "@/lib/ip";
import type { TimeRange } from "@/lib/time-range";
import { uuidFloor } from "@/lib/uuid-time";

/** A request that stands for others, with its signals as bits. */
export type EvidenceRequest = Omit<SampleRequest, "signals"> & { signals: number };

export type Evidence = {
  samples: EvidenceRequest[];
  /** Distinct user agents, of those that say they are crawlers. */
  userAgents: string[];
  /** The visitor's address, or /64 of IPv6; only where addresses are stored in clear. */
  ip: string | null;
};

type Seen = Pick<Activity, "key" | "claimsCrawler" | "signals" | "failed">;

/** Requests of one visitor that are looked at for ten with different paths. */
const CANDIDATES = 40;
/** Fewer where no request tells more than another. */
const PLAIN_CANDIDATES = 20;
const AGENTS = 20;
const TELLING: readonly (readonly Signal[])[] = [
  ATTACK_SIGNALS,
  ["login-failure"],
  ["login-attempt", "sensitive-path"],
];

const WITHIN = `${isVisitor("log", "visitor.hash")} and ${isWithin("log.id", "$4", "$5")}`;
const LATEST = byTime("log.id", "desc");
const EVIDENCE = `
  select visitor.key, found.requests, agents.texts as agents, last.ip
  from (
    select key, decode(key, 'hex') as hash, mask, claims
    from unnest($1::text[], $2::int[], $3::int[]) as asked (key, mask, claims)
  ) as visitor
  cross join lateral (
    select jsonb_agg(jsonb_build_object(
        'id', id, 'at', to_char(request_time(id) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
        'method', method, 'path', path, 'status', status, 'signals', signals
      ) order by is_again, id desc) as requests
    from (
      select *, row_number() over (partition by path order by id desc) > 1 as is_again from (
        select log.id, ${NATURE_SQL.methodName} as method, coalesce(path, texts.text) as path, status,
          coalesce(signals, 0) as signals
        from request_rows log left join texts on texts.id = path_id
        where ${WITHIN} and case visitor.mask
          when 0 then true
          when -1 then ${NATURE_SQL.failed}
          else signals & visitor.mask <> 0 end
        ${LATEST} limit case visitor.mask when 0 then ${PLAIN_CANDIDATES} else ${CANDIDATES} end
      ) as candidate
      order by is_again, id desc limit ${SAMPLES_MAX}
    ) as request
  ) as found
  left join lateral (
    select host(ip) as ip from request_rows log where ${WITHIN} ${LATEST} limit 1
  ) as last on true
  left join lateral (
    select array_agg(distinct text) as texts from (
      select coalesce(log.user_agent, texts.text) as text
      from request_rows log left join texts on texts.id = log.user_agent_id
      where visitor.claims = 1 and ${WITHIN}
      ${LATEST} limit ${AGENTS}
    ) as seen
  ) as agents on true`;

/**
 * The requests that show best what visitors did in a window, each path once before any comes twice and the latest first,
 * and what else is known of them.
 */
export async function readEvidence(
  db: Database,
  activities: readonly Seen[],
  window: TimeRange,
): Promise<Map<string, Evidence>> {
  // Planned anew each time: a plan for any window at all would read the window from its end and look for the visitor.
  const rows = await db.$client.unsafe<
    { key: string; requests: EvidenceRequest[] | null; agents: string[] | null; ip: string | null }[]
  >(EVIDENCE, [
    activities.map(({ key }) => key),
    activities.map(maskOf),
    activities.map(({ claimsCrawler }) => Number(claimsCrawler)),
    uuidFloor(window.from),
    uuidFloor(window.to),
  ]);
  return new Map(
    rows.map(({ key, requests, agents, ip }) => [
      key,
      { samples: requests ?? [], userAgents: agents ?? [], ip: visitorOf(ip) },
    ]),
  );
}

function visitorOf(text: string | null): string | null {
  const ip = text === null ? null : parseIp(text);
  return ip && limitKeyOf(ip);
}

/** Which requests tell most: those with signals of an attack, else of logins, else (-1) those that failed, else (0) any. */
function maskOf(activity: Seen): number {
  for (const signals of TELLING) {
    const shown = signals.filter((signal) => activity.signals[signal]);
    if (shown.length > 0) return shown.reduce((mask, signal) => mask | SIGNAL_BITS[signal], 0);
  }
  return activity.failed > 0 ? -1 : 0;
}
