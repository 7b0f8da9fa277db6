import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clientIp } from "@/lib/client-ip";
import { readEnv } from "@/lib/env";
import { parseForwarded } from "@/lib/forwarded";
import { isAsk } from "@/lib/guard/ask";
import { normalPath } from "@/lib/guard/normal-path";
import { headerReader } from "@/lib/guard/request-headers";
import { formatIp, parseIp } from "@/lib/ip";
import { parseLogLine } from "@/lib/log-formats/parse-log-line";
import { parseTrustedProxies } from "@/lib/proxy-trust";

const RUNS = { numRuns: 5000 };
const signs = fc
  .array(
    fc.constantFrom(
      ...' \t"\\[]{}()-:/.,;=%0129afAF\0\xff',
      "GET ",
      "HTTP/1.1",
      "for=",
      "::ffff:",
      "192.0.2.1",
    ),
    {
      maxLength: 40,
    },
  )
  .map((parts) => parts.join(""));
const text = fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), signs);
const LINE = '192.0.2.7 - - [10/Mar/2026:12:30:00 +0000] "GET /a HTTP/1.1" 200 512 "-" "curl/8.5.0"';

/** A line of a log in which a few signs are not what they were. */
const damaged = fc
  .array(fc.tuple(fc.nat(LINE.length - 1), fc.constantFrom("", '"', "\\", "[", " ", "\0", "9999999999")), {
    maxLength: 5,
  })
  .map((changes) =>
    changes.reduce((line, [at, sign]) => line.slice(0, at) + sign + line.slice(at + 1), LINE),
  );

describe("what is read from outside never throws", () => {
  test("a line of an access log", () => {
    fc.assert(
      fc.property(fc.oneof(text, damaged), (line) => {
        const entry = parseLogLine(line);
        if (entry) expect(Number.isNaN(entry.at.getTime())).toBe(false);
      }),
      RUNS,
    );
  });

  test("a Forwarded field, a path, the question whether somebody asks", () => {
    fc.assert(
      fc.property(text, (given) => {
        parseForwarded(given);
        isAsk(given);
        if (given.startsWith("/")) expect(normalPath(given)).toMatch(/^\//);
      }),
      RUNS,
    );
  });

  test("a chain of hops, whose answer is an address that stands in it or the peer", () => {
    const trust = parseTrustedProxies(undefined);
    fc.assert(
      fc.property(text, text, fc.boolean(), (chain, other, isForwarded) => {
        const headers = headerReader({ "x-forwarded-for": chain, forwarded: other });
        const forwardedHeader = isForwarded ? "forwarded" : "x-forwarded-for";
        const found = clientIp({ headers, peer: "10.0.0.1", trust, platform: null, forwardedHeader });
        expect(found && parseIp(formatIp(found.ip))).toEqual(found?.ip);
      }),
      RUNS,
    );
  });

  test("a setting, which is taken or refused by its name", () => {
    const names = [
      "TRUSTED_PLATFORM",
      "IP_PRIVACY",
      "FAIL_MODE",
      "EVENT_FLUSH_MS",
      "RETENTION_DAYS",
      "NEXTAUTH_URL",
    ];
    fc.assert(
      fc.property(fc.constantFrom(...names), text, (name, value) => {
        try {
          readEnv({ [name]: value });
        } catch (error) {
          expect((error as Error).message).toContain(name);
          expect((error as Error).message.length).toBeLessThan(300);
        }
        try {
          parseTrustedProxies(value);
        } catch (error) {
          expect((error as Error).message).toMatch(/^TRUSTED_PROXIES: /);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
