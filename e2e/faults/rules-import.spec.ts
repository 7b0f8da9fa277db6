import { openDatabase } from "@/db/client";
import { countRuleChange, publishRuleSet } from "@/db/publish";
import { send } from "@/e2e/fixtures/http";
import { Load, statusesOf, timesOf } from "@/e2e/fixtures/load";
import { command, IN_FORCE_MS, OPEN_PATH, pause } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";
import { readEnv } from "@/lib/env";
import { edgeStore } from "@/lib/redis";

const RULES = 10_000;
const ASKED = 200;
const CALM_MS = 4000;
/** The first answers of a process take their time. */
const WARM_MS = 4000;

test("10,000 rules that come in during load: visitors do not feel it, and all are in force within 2 s", async ({
  product,
}) => {
  const next = (number: number) => ({ path: OPEN_PATH, from: `203.0.113.${(number % 200) + 1}` });
  const load = new Load({ url: product.url, perSecond: 30, next });
  await pause(WARM_MS);
  const calmFrom = performance.now();
  await pause(CALM_MS);
  const before = timesOf(load.answered.filter(({ at }) => at >= calmFrom));
  const startedAt = performance.now();
  const db = openDatabase(product.settings.DATABASE_URL ?? "", { connectionsMax: 2 });
  await db.transaction(async (transaction) => {
    await transaction.execute(`
      insert into ip_rules (action, target, target_kind, network, reason, origin, created_by)
      select 'block', host(address), 'address', set_masklen(address, 48)::cidr, 'a list', 'feed:a-test', 'a test'
      from (select '2001:db8:f00::'::inet + 65537::bigint * n as address from generate_series(1, ${RULES}) n) as list`);
    await countRuleChange(transaction);
  });
  const publication = await publishRuleSet(db, edgeStore(readEnv(product.settings), { timeoutMs: 5000 }));
  const publishedAt = performance.now();
  await db.$client.end();
  const last = addressOf(RULES);
  while ((await send(product.url, { path: OPEN_PATH, from: last })).status !== 403) await pause(20);
  const inForceMs = Math.round(performance.now() - publishedAt);
  await pause(CALM_MS);
  const during = timesOf(load.answered.filter(({ at }) => at >= startedAt));
  const answers = await Promise.all(
    Array.from({ length: ASKED }, (_, at) => {
      const from = addressOf(1 + Math.floor((at * (RULES - 1)) / (ASKED - 1)));
      return send(product.url, { path: OPEN_PATH, from });
    }),
  );
  const answered = await load.stop();
  console.log(
    `     ${publication.entries} rules published ${Math.round(publishedAt - startedAt)} ms after the first, in force ` +
      `${inForceMs} ms later; ${answered.length} visitors: p99 ${during.p99} ms, slowest ${during.max} ms ` +
      `(before: ${before.p99} and ${before.max} ms); ${answers.filter(({ status }) => status === 403).length} of ${ASKED} asked are refused`,
  );
  expect(answers.filter(({ status }) => status !== 403)).toEqual([]);
  expect(statusesOf(answered)).toEqual({ 200: answered.length });
  // Two seconds, and what an answer takes on a machine as busy as this one.
  expect(inForceMs).toBeLessThan(IN_FORCE_MS + 3 * before.max);
  expect(during.p99).toBeLessThan(2 * before.max + 200);
  expect(await command(product, "status")).toMatch(/10[,.]?00\d entries/);
});

/** The address of a rule of this number: as PostgreSQL counts on from 2001:db8:f00::. */
function addressOf(number: number): string {
  const offset = 65_537 * number;
  const [high, low] = [Math.floor(offset / 65_536), offset % 65_536];
  return `2001:db8:f00::${high.toString(16)}:${low.toString(16)}`;
}
