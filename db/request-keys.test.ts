import { afterAll, beforeAll, expect, test } from "vitest";
import { kindCode, methodCode, natureOf } from "@/db/activity/nature";
import { type Database, openDatabase } from "@/db/client";
import { migrate } from "@/db/migrate";
import { keysOf, mayBeFrom, mayBeSort, mayHaveOwnPath } from "@/db/request-keys";
import { testEvent } from "@/db/test/traffic";
import { KINDS } from "@/lib/events/request-event";
import { testDatabase } from "@/services/test/postgres";

let database: Awaited<ReturnType<typeof testDatabase>>;
let db: Database;
beforeAll(async () => {
  database = await testDatabase();
  await migrate(database.url);
  db = openDatabase(database.url);
});
afterAll(async () => {
  await db.$client.end();
  await database.drop();
});

type Seen = { pathId?: number; network?: string; country?: string; status?: number | null; nature?: number };

/** What a condition answers of one row. */
async function answer(condition: string, seen: Seen): Promise<boolean | undefined> {
  const [row] = await db.$client<{ fits: boolean }[]>`
    select ${db.$client.unsafe(condition)} as fits from (
      select ${seen.pathId ?? null}::int as path_id, ${seen.network ?? "192.0.2.0/24"}::cidr as network,
        ${seen.country ?? null}::char(2) as country_code, ${seen.status ?? null}::int2 as status,
        ${seen.nature ?? 0}::int as nature, null::int as signals
    ) as seen`;
  return row?.fits;
}

test("every sort of request is found by what it is, in every combination, but for the commonest", async () => {
  const methods = ["GET", "POST", "OPTIONS", "PROPFIND"];
  for (const kind of KINDS)
    for (const method of methods)
      for (const status of [null, 204, 404, 503]) {
        const event = testEvent({ at: 0, kind, method, status });
        const seen = { status, nature: natureOf({ ...event, signals: 0, signedIn: false }) };
        const sort = {
          statusClass: status === null ? 0 : Math.floor(status / 100),
          method: methodCode(method),
          kind: kindCode(kind),
        };
        const isCommon = method === "GET" && status === 204 && (kind === "page" || kind === "asset");
        const own = mayBeSort("seen", sort);
        expect(own === null, `${method} ${kind} ${status}`).toBe(isCommon);
        if (own) expect(await answer(own, seen)).toBe(true);
        for (const part of ["statusClass", "method", "kind"] as const) {
          const alone = { statusClass: null, method: null, kind: null, [part]: sort[part] };
          const condition = mayBeSort("seen", alone);
          if (condition)
            expect(await answer(condition, seen), `${part} of ${method} ${kind} ${status}`).toBe(true);
        }
      }
  expect(
    await answer(mayBeSort("seen", { statusClass: 5, method: null, kind: null }) ?? "", { status: 404 }),
  ).toBe(false);
});

test.each(["192.0.2.0/24", "2001:db8:7::/48"])(
  "%s is found by its own numbers and by that of its wider range",
  async (network) => {
    expect(await answer(mayBeFrom("seen", `'${network}'::cidr`), { network })).toBe(true);
    const wider = network.includes(":") ? "2001:db8::/32" : "192.0.0.0/16";
    const wide = `${keysOf("seen")} @> (request_keys(null, '${wider}'::cidr, null, null, null, null))[1:1]`;
    expect(await answer(wide, { network })).toBe(true);
    expect(await answer(mayBeFrom("seen", `'${network}'::cidr`), { network: "203.0.113.0/24" })).toBe(false);
  },
);

test("a path that is no text is told from one that is", async () => {
  expect(await answer(mayHaveOwnPath("seen"), {})).toBe(true);
  expect(await answer(mayHaveOwnPath("seen"), { pathId: 77 })).toBe(false);
});
