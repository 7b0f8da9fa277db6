import { userInfo } from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandSite, isBlocked } from "@/cli/test/command-site";
import { runCommand } from "@/cli/test/run-command";

let site: Awaited<ReturnType<typeof commandSite>>;
beforeAll(async () => {
  site = await commandSite();
});
afterAll(() => site.stop());

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
    const [row] = await site.db.$client`select actor, action from audit_logs order by id desc limit 1`;
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
    process.env.UPSTASH_REDIS_REST_URL = site.storeUrl;
    expect(saved).toMatchObject({ code: 0, err: expect.stringContaining("will be published as soon as") });
    expect(why.out).toContain("By the rules of the database, which the doors may not have");
    expect(why.out).toContain("Refused with 403");
    expect(status).toMatchObject({ code: 1, out: expect.stringMatching(/Edge store {2}does not answer/) });
    expect(await isBlocked("203.0.113.50")).toBe(false);
    expect((await runCommand("publish")).out).toMatch(/^Published \d+ rules in \d+ ms/);
    expect(await isBlocked("203.0.113.50")).toBe(true);
  });
});
