import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import { beforeEach, describe, expect, test } from "vitest";
import { inForce } from "@/db/ip-rules";
import { listsInForce, RULES_PER_PAGE } from "@/db/rule-lists";
import { ipRules } from "@/db/schema";
import { compileRules } from "@/lib/guard/compile-rules";
import type { RuleLists } from "@/lib/guard/rule-lists";
import { ruleSetOf } from "@/lib/guard/rule-set-codec";
import { type Ip, parseIp } from "@/lib/ip";
import { openTestDatabase } from "@/services/test/database";

const { db } = await openTestDatabase();
beforeEach(() => db.$client`truncate ip_rules restart identity`);

type NewRule = typeof ipRules.$inferInsert;
const rule = (target: string, change: Partial<NewRule> = {}): NewRule => ({
  action: "block",
  target,
  targetKind: "address",
  origin: "manual",
  createdBy: "a test",
  ...change,
});
/** Digests of the lists' bytes: what differs is too long to be shown. */
const digestsOf = (lists: RuleLists) =>
  [...lists.chunks()].map((chunk) => createHash("sha256").update(Buffer.from(chunk)).digest("hex"));
/** The same rules read row by row, without a page or a joined column. */
const oneByOne = async () => compileRules(await db.select().from(ipRules).where(inForce));

/** So many rules of every kind and action, with ends to the millisecond, which is as fine as a `Date` can tell. */
const addMany = (count: number) => db.$client`
  insert into ip_rules (action, target, target_kind, origin, created_by, expires_at)
  select (case when n % 5 = 0 then 'allow' else 'block' end)::rule_action,
    case n % 4 when 0 then '10.' || n / 65536 || '.' || n / 256 % 256 || '.' || n % 256
      when 1 then '2001:db8:' || to_hex(n) || '::/48' when 2 then md5(n::text) else '2001:db8::' || to_hex(n) end,
    (case n % 4 when 1 then 'range' when 2 then 'hash' else 'address' end)::target_kind, 'manual', 'a test',
    case when n % 3 = 0 then date_trunc('milliseconds', now()) + n * interval '1.001 seconds' + interval '1 hour' end
  from generate_series(1, ${count}::int) as n`;

describe("the lists", () => {
  test("of no rule are empty", async () => {
    expect((await listsInForce(db)).size).toBe(0);
    await db.insert(ipRules).values(rule("192.0.2.1", { isActive: false }));
    expect((await listsInForce(db)).size).toBe(0);
  });

  test.each([1, RULES_PER_PAGE - 1, RULES_PER_PAGE, RULES_PER_PAGE + 1, 2 * RULES_PER_PAGE])(
    "of %i rules hold each once, with its kind, action and end",
    async (count) => {
      await addMany(count);
      const lists = await listsInForce(db);
      expect(lists.size).toBe(count);
      expect(digestsOf(lists)).toEqual(digestsOf(await oneByOne()));
    },
  );

  test("go on over rules that ended, a whole page of them too", async () => {
    await addMany(RULES_PER_PAGE + 10);
    await db.$client`update ip_rules set is_active = false where id between 6 and ${RULES_PER_PAGE + 5}`;
    expect((await listsInForce(db)).size).toBe(10);
    expect(digestsOf(await listsInForce(db))).toEqual(digestsOf(await oneByOne()));
  });

  test("leave out a target that does not parse, and are refused over one with a space in it", async () => {
    await db.insert(ipRules).values([rule("192.0.2.1"), rule("nobody")]);
    expect((await listsInForce(db)).size).toBe(1);
    await db.insert(ipRules).values(rule("192.0.2.1 192.0.2.2"));
    await expect(listsInForce(db)).rejects.toThrow("a target with a space");
  });
});

describe("an end", () => {
  test("is over in the moment that it names", async () => {
    await db.transaction(async (transaction) => {
      const ends = [sql`now() - interval '1 microsecond'`, sql`now()`, sql`now() + interval '1 microsecond'`];
      for (const [index, expiresAt] of ends.entries())
        await transaction.insert(ipRules).values({ ...rule(`192.0.2.${index}`), expiresAt });
      expect((await listsInForce(transaction)).size).toBe(1);
    });
  });

  test("within a second is that second's end, so that no rule ends early", async () => {
    const second = Math.floor(Date.now() / 1000) + 3600;
    const ends = [second * 1000, second * 1000 + 1, second * 1000 + 999];
    const rules = ends.map((end, index) => rule(`192.0.2.${index}`, { expiresAt: new Date(end) }));
    await db.insert(ipRules).values([...rules, rule("192.0.2.3")]);
    const set = ruleSetOf("a test", 0, await listsInForce(db));
    const heldAt = (now: number) =>
      [0, 1, 2, 3].map((index) => set.match(parseIp(`192.0.2.${index}`) as Ip, null, now) < 0);
    expect(heldAt(second - 1)).toEqual([true, true, true, true]);
    expect(heldAt(second)).toEqual([false, true, true, true]);
    expect(heldAt(second + 1)).toEqual([false, false, false, true]);
  });
});
