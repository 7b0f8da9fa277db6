import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand, spawnCommand } from "@/cli/test/run-command";
import { type Database, openDatabase } from "@/db/client";
import { migrate } from "@/db/migrate";
import { verifyPassword } from "@/db/passwords";
import { findUser } from "@/db/users";
import { testDatabase } from "@/services/test/postgres";
import { testUpstash } from "@/services/test/upstash";

let postgres: Awaited<ReturnType<typeof testDatabase>>;
let upstash: Awaited<ReturnType<typeof testUpstash>>;
let db: Database;
let env: Record<string, string>;
const nowhere = mkdtempSync(join(tmpdir(), "gatehouse-cli-"));

beforeAll(async () => {
  [postgres, upstash] = await Promise.all([testDatabase(), testUpstash()]);
  await migrate(postgres.url);
  db = openDatabase(postgres.url, { connectionsMax: 1 });
  env = {
    GATEHOUSE_DIR: nowhere,
    DATABASE_URL: postgres.url,
    UPSTASH_REDIS_REST_URL: upstash.url,
    UPSTASH_REDIS_REST_TOKEN: upstash.token,
    NEXTAUTH_SECRET: "the secret of a site that only tests know",
    IP_HASH_KEY: "a key for the hashes of a test",
    EVENT_SEAL_KEY: "a key for the events of a test",
    IP_PRIVACY: "hashed",
  };
  Object.assign(process.env, env);
});
afterAll(async () => {
  await db.$client.end({ timeout: 1 });
  await Promise.all([postgres.drop(), upstash.stop()]);
  rmSync(nowhere, { recursive: true });
});

const isBlocked = async (ip: string) => {
  const { out } = await runCommand("why", ip, "--json");
  return JSON.parse(out).verdict.action === "block";
};

describe("rules by command", () => {
  test("a block says what it did, is at the doors at once, and names who made it", async () => {
    const { code, out } = await runCommand(
      "block",
      "203.0.113.1",
      "--reason",
      "Suspicious activity",
      "--for",
      "24h",
    );
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Blocked 203\.0\.113\.1 \(203\.0\.113\.0\/24 · [0-9a-f]{6}\) until .* UTC, in 24 h \(rule \d+\)\.\n$/,
    );
    expect(await isBlocked("203.0.113.1")).toBe(true);
    const [row] = await db.$client`select actor, action from audit_logs order by id desc limit 1`;
    expect(row).toEqual({ actor: `cli:${userInfo().username}`, action: "block" });
  });

  test("a second block of the same target updates it and says so", async () => {
    await runCommand("block", "203.0.113.2", "--for", "1h");
    const { code, out } = await runCommand("block", "203.0.113.2", "--reason", "Again");
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/^Rule \d+ updated: 203\.0\.113\.2 .* is blocked for good\.\n$/),
    ]);
    const { out: list } = await runCommand("rules", "--search", "203.0.113.2", "--json");
    expect(JSON.parse(list)).toMatchObject([{ reason: "Again", expiresAt: null, origin: "cli" }]);
  });

  test("an unblocked address is let in at once; once more is an error", async () => {
    await runCommand("block", "203.0.113.3");
    const { code, out } = await runCommand("unblock", "203.0.113.3");
    expect([code, out]).toEqual([0, expect.stringContaining("Unblocked 203.0.113.3 (203.0.113.0/24 · ")]);
    expect(await isBlocked("203.0.113.3")).toBe(false);
    expect(await runCommand("unblock", "203.0.113.3")).toMatchObject({
      code: 1,
      err: expect.stringContaining("There is no block rule on 203.0.113.3."),
    });
  });

  test("unblocking an address that a range still blocks says which", async () => {
    await runCommand("block", "198.51.100.0/24");
    await runCommand("block", "198.51.100.7");
    const { err } = await runCommand("unblock", "198.51.100.7");
    expect(err).toMatch(
      /^Note: 198\.51\.100\.7 is still refused, by the block rule \d+ on 198\.51\.100\.0\/24\./,
    );
    await runCommand("unblock", "198.51.100.0/24");
  });

  test("an allowed range is protected, with the way around it; a block by force tells that the allow rule wins", async () => {
    expect((await runCommand("allow", "192.0.2.0/24", "--until", "2099-01-01")).out).toMatch(
      /^Allowed 192\.0\.2\.0\/24 until 01 Jan 2099/,
    );
    const refused = await runCommand("block", "192.0.2.7");
    expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("--force") });
    const forced = await runCommand("block", "192.0.2.7", "--force");
    expect(forced).toMatchObject({
      code: 0,
      err: expect.stringContaining("is still let in, by the allow rule"),
    });
    expect((await runCommand("disallow", "192.0.2.0/24")).out).toContain("is no longer on the allow list");
    expect(await isBlocked("192.0.2.7")).toBe(true);
  });

  test("loopback is protected", async () => {
    expect(await runCommand("block", "127.0.0.0/8")).toMatchObject({
      code: 1,
      err: expect.stringContaining("--force"),
    });
  });

  test.each([
    [["block", "300.1.1.1"], "is no IP address or CIDR range"],
    [["allow", "example.org"], "is no IP address or CIDR range"],
    [["unblock", "1.2.3"], "is no IP address or CIDR range"],
    [["why", "1.2.3"], "is no IP address"],
    [["block", "192.0.2.9", "--for", "tomorrow"], "15m, 24h or 7d"],
    [["block", "192.0.2.9", "--until", "2001-01-01"], "lies in the past"],
    [["block", "192.0.2.9", "--for", "1h", "--until", "2099-01-01"], "cannot be used with"],
    [["block", "0123456789abcdef0123456789abcdef"], "needs the network"],
    [["block"], "missing required argument"],
    [["rules", "--action", "deny"], "Allowed choices are block, allow"],
    [["users", "paint", "eva"], "unknown command 'paint'"],
  ])("%j is refused with 2 and what would be right", async (args, words) => {
    const { code, out, err } = await runCommand(...args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(words);
  });

  test("the list is a table of what is in force, with --all of what was, newest first", async () => {
    await runCommand("block", "2001:db8:5::/48", "--reason", "Scans of /wp-login.php");
    await runCommand("block", "2001:db8:6::/48");
    await runCommand("unblock", "2001:db8:6::/48");
    const { out } = await runCommand("rules", "--action", "block");
    expect(out).toMatch(/^ *RULE {2}ACTION {2}TARGET +ENDS +MADE +BY +REASON\n/);
    expect(out).toMatch(/\d+ {2}block {3}2001:db8:5::\/48 +never +now +cli:\S+ +Scans of \/wp-login\.php/);
    expect(out).not.toContain("2001:db8:6::/48");
    expect((await runCommand("rules", "--all")).out).toMatch(/2001:db8:6::\/48 +ended/);
    const one = await runCommand("rules", "--limit", "1", "--action", "block");
    expect(one.out.trim().split("\n")).toHaveLength(2);
    expect(one.err).toMatch(/^1 of \d+ rules/);
    expect((await runCommand("rules", "--search", "nothing like it")).out).toBe("No rule fits.\n");
  });

  test("a rule that could not be published is saved, and that is said", async () => {
    process.env.UPSTASH_REDIS_REST_URL = "http://127.0.0.1:1";
    const saved = await runCommand("block", "203.0.113.50");
    const why = await runCommand("why", "203.0.113.50");
    const status = await runCommand("status");
    process.env.UPSTASH_REDIS_REST_URL = upstash.url;
    expect(saved).toMatchObject({ code: 0, err: expect.stringContaining("will be published as soon as") });
    expect(why.out).toContain("By the rules of the database, which the doors may not have");
    expect(why.out).toContain("Refused with 403");
    expect(status).toMatchObject({ code: 1, out: expect.stringMatching(/Edge store {2}does not answer/) });
    expect(await isBlocked("203.0.113.50")).toBe(false);
    expect((await runCommand("publish")).out).toMatch(/^Published \d+ rules in \d+ ms/);
    expect(await isBlocked("203.0.113.50")).toBe(true);
  });
});

describe("why", () => {
  test("names the rule with reason, origin and end, and what each stage said", async () => {
    await runCommand(
      "block",
      "203.0.113.60",
      "--reason",
      "Password guessing",
      "--for",
      "7d",
      "--note",
      "ticket 42",
    );
    const { out } = await runCommand(
      "why",
      "203.0.113.60",
      "--path",
      "/ip-tracking/login/",
      "--method",
      "post",
    );
    expect(out).toContain("203.0.113.60 (203.0.113.0/24 · ");
    expect(out).toContain("POST /ip-tracking/login/");
    expect(out).toMatch(/Refused with 403, by block rule \d+\./);
    expect(out).toMatch(/Reason +Password guessing\n +Note +ticket 42\n +Origin +cli, by cli:/);
    expect(out).toMatch(/In force +until .*, in 7 d/);
    expect(out).toMatch(/block rules +Block rule \d+ holds\. {2}<- decides/);
  });

  test("tells the limit that an address without a rule is under, and counts nothing", async () => {
    for (let time = 0; time < 6; time++) {
      const { out } = await runCommand("why", "203.0.113.61", "--path", "/ip-tracking/test-geo/");
      expect(out).toContain("Let in, 5 times in 60 s, then 429 (policy test-geo).");
    }
  });
});

describe("operation by command", () => {
  test("status tells what answers, waits and is published, as text and as JSON", async () => {
    const { code, out } = await runCommand("status");
    expect(code).toBe(0);
    expect(out).toMatch(
      /^Gatehouse {3}not run from this folder\nDatabase {4}answers\nEdge store {2}answers\nBacklog {5}0 events/,
    );
    const json = JSON.parse((await runCommand("status", "--json")).out);
    expect(json).toMatchObject({ database: true, edgeStore: "answers", stats: { waitingEvents: 0 } });
    expect(json.publication.entries).toBeGreaterThan(0);
  });

  test("drain says what it stored", async () => {
    expect(await runCommand("drain")).toMatchObject({ code: 0, out: "Stored 0 requests.\n" });
  });
});

describe("users by command", () => {
  test("a user is added with a password that is made and shown once", async () => {
    const { out } = await runCommand("users", "add", "Eva", "--role", "admin", "--generate");
    const password = /Password: (\S+)/.exec(out)?.[1] ?? "";
    expect(out).toContain("Added eva as admin.");
    const user = await findUser(db, "eva");
    expect(await verifyPassword(user?.passwordHash ?? null, password)).toBe(true);
    expect(await runCommand("users", "add", "eva", "--generate")).toMatchObject({ code: 1 });
  });

  test("a new password, a new role and the end of the right to sign in end the sessions", async () => {
    await runCommand("users", "add", "omar", "--generate");
    const versions: number[] = [];
    for (const args of [
      ["password", "omar", "--generate"],
      ["role", "omar", "admin"],
      ["disable", "omar"],
      ["enable", "omar"],
    ]) {
      expect((await runCommand("users", ...args)).code).toBe(0);
      versions.push((await findUser(db, "omar"))?.sessionVersion ?? 0);
    }
    expect(versions).toEqual([2, 3, 4, 5]);
    expect((await runCommand("users", "list")).out).toMatch(/omar {2,}admin {2,}yes {2,}never/);
    const listed = await runCommand("users", "list", "--json");
    expect(listed.out).not.toContain("passwordHash");
  });

  test("the last administrator stays, and nobody is changed who is not there", async () => {
    await runCommand("users", "disable", "omar");
    expect(await runCommand("users", "disable", "eva")).toMatchObject({
      code: 1,
      err: expect.stringContaining("last"),
    });
    expect(await runCommand("users", "role", "ghost", "admin")).toMatchObject({ code: 1 });
    expect(await runCommand("users", "add", "../x", "--generate")).toMatchObject({ code: 2 });
  });
});

describe("the program", () => {
  test("ends by itself, with the code and the words of its command", async () => {
    const blocked = await spawnCommand(env, "block", "203.0.113.70", "--reason", "By program");
    expect(blocked).toMatchObject({ code: 0, err: "", out: expect.stringContaining("Blocked 203.0.113.70") });
    expect(await isBlocked("203.0.113.70")).toBe(true);
  });

  test("says 2 and shows the help for a command that there is not", async () => {
    const { code, out, err } = await spawnCommand({}, "blok", "203.0.113.71");
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain("unknown command 'blok'");
    expect(err).toContain("refuse an address or a range at every door");
  });

  test("says 1 and what to do where no Gatehouse runs", async () => {
    const { code, err } = await spawnCommand({ GATEHOUSE_DIR: nowhere }, "block", "203.0.113.72");
    expect(code).toBe(1);
    expect(err).toBe(
      "Gatehouse is not running here: start it with npm start, or set DATABASE_URL and UPSTASH_REDIS_REST_URL.\n",
    );
  });

  test("does not hang on a database that is gone", async () => {
    const url = "postgres://nobody@127.0.0.1:1/none";
    const startedAt = performance.now();
    const { code, err } = await spawnCommand({ ...env, DATABASE_URL: url }, "rules");
    expect(code).toBe(1);
    expect(err).toMatch(/^The database does not answer \(.*127\.0\.0\.1:1\)\.\n$/);
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });
});
