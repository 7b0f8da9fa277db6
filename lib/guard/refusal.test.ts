import { describe, expect, test } from "vitest";
import { askedRequest, isAsk } from "@/lib/guard/ask";
import { refusalOf } from "@/lib/guard/refusal";

const ID = "01930000-0000-7000-8000-000000000000";
const limits = [{ policy: "login", limit: 5, windowSeconds: 60, remaining: 0, resetSeconds: 34 }];
const limited = {
  action: "limit",
  reason: "rate-limit",
  policy: "login",
  limits,
  retryAfterSeconds: 34,
} as const;

describe("a refusal", () => {
  test("tells a blocked program in JSON, with the reference of the event", () => {
    const { status, headers, body } = refusalOf(
      { action: "block", reason: "block-rule", ruleId: 1 },
      ID,
      "*/*",
    );
    expect(status).toBe(403);
    expect(headers["content-type"]).toBe("application/json");
    expect(JSON.parse(body)).toEqual({
      error: "Access denied: your IP address has been blocked.",
      reference: ID,
    });
  });

  test("tells a blocked person in a page that loads nothing and is not kept", () => {
    const { headers, body } = refusalOf(
      { action: "block", reason: "block-rule", ruleId: 1 },
      ID,
      "text/html,application/xhtml+xml",
    );
    expect(headers["content-type"]).toContain("text/html");
    expect(headers["cache-control"]).toBe("no-store");
    expect(body).toContain("Access denied: your IP address has been blocked.");
    expect(body).toContain(ID);
    expect(body).not.toMatch(/<script|src=|href=|url\(/);
  });

  test("of a limit says how long to wait, in the fields of the standard", () => {
    const { status, headers, body } = refusalOf(limited, ID, null);
    expect(status).toBe(429);
    const byName = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    expect(byName["retry-after"]).toBe("34");
    expect(byName.ratelimit).toBe('"login";r=0;t=34');
    expect(byName["ratelimit-policy"]).toBe('"login";q=5;w=60');
    expect(body).toBe('{"error":"Too many login attempts. Please try again later."}');
  });

  test("because something is down is no accusation: 503", () => {
    const down = {
      action: "limit",
      reason: "limiter-unavailable",
      policy: "login",
      limits: [],
      retryAfterSeconds: 5,
    } as const;
    expect(refusalOf(down, ID, null).status).toBe(503);
    expect(refusalOf({ action: "block", reason: "rules-unavailable" }, ID, null).status).toBe(503);
  });
});

describe("a question of another server", () => {
  const ask = (headers: Record<string, string>) =>
    askedRequest({ method: "GET", target: "/api/verify", headers: new Headers(headers), peer: "127.0.0.1" });

  test.each(["/api/verify", "/api/verify/", "/api/verify?refuse=403", "//api/verify"])(
    "%s is one",
    (target) => {
      expect(isAsk(target)).toBe(true);
    },
  );

  test.each(["/", "/api/verify/x", "/api/verifyx", "/x?/api/verify"])("%s is none", (target) => {
    expect(isAsk(target)).toBe(false);
  });

  test("is about the visitor's request, as nginx, Traefik and Caddy describe it", () => {
    expect(ask({ "x-original-uri": "/shop?a=1", "x-original-method": "POST" })).toMatchObject({
      method: "POST",
      target: "/shop?a=1",
    });
    expect(ask({ "x-forwarded-uri": "/shop", "x-forwarded-method": "PUT" })).toMatchObject({
      method: "PUT",
      target: "/shop",
    });
    expect(ask({ "x-forwarded-host": "shop.example" }).headers.get("host")).toBe("shop.example");
  });

  test("does not take the other application's cookies for ours", () => {
    expect(ask({ cookie: "next-auth.session-token=x" }).headers.get("cookie")).toBeNull();
  });
});
