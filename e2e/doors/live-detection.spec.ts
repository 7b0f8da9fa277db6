import { send } from "@/e2e/fixtures/http";
import type { Product } from "@/e2e/fixtures/product";
import { OPEN_PATH, pause } from "@/e2e/fixtures/rules";
import { expect, test } from "@/e2e/fixtures/test";
import { type Ip, parseIp } from "@/lib/ip";
import { visitorHash } from "@/lib/privacy/hash";

const WITHIN_MS = 10_000;
const EXPLOITERS = 16;
const EAGER = 4;
const PROBERS = 4;
const READERS = 6;
const POLL_MS = 50;

type Attack = { from: string; paths: string[] };

/** One request that only an attack makes; one more than the hourly limit; twenty secret files. */
function attacksOf(next: () => string): Attack[] {
  const times = (count: number, paths: () => string[]) =>
    Array.from({ length: count }, () => ({ from: next(), paths: paths() }));
  return [
    ...times(EXPLOITERS, () => ["/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php"]),
    ...times(EAGER, () => Array.from({ length: 101 }, (_, n) => `/page/${n % 4}`)),
    ...times(PROBERS, () => Array.from({ length: 20 }, (_, n) => `/old-${n}/.env`)),
  ];
}

/** Sends an attack and answers when its last request was sent, the one that completes it at the latest. */
async function attack(product: Product, { from, paths }: Attack): Promise<number> {
  let sentAt = 0;
  for (const path of paths) {
    sentAt = Date.now();
    await send(product.url, { path, from });
  }
  return sentAt;
}

/** When each of the addresses had its row; those that never had one within the time are missing. */
async function found(product: Product, isOver: () => boolean): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  do {
    const rows = await product.sql<{ target: string }[]>`select target from suspicious_ips where is_active`;
    for (const { target } of rows) if (!seen.has(target)) seen.set(target, Date.now());
    await pause(POLL_MS);
  } while (!isOver());
  return seen;
}

test("an attack is flagged within 10 s of the request that completes it, beside ordinary visitors", async ({
  product,
  addresses,
}) => {
  const attacks = attacksOf(() => addresses.ipv4());
  const readers = Array.from({ length: READERS }, () => addresses.ipv4());
  const hashOf = (ip: string) => visitorHash(parseIp(ip) as Ip, product.settings.IP_HASH_KEY ?? "");
  let isOver = false;
  const reading = readers.map(async (from) => {
    while (!isOver) {
      await send(product.url, { path: OPEN_PATH, from });
      await pause(200);
    }
  });
  const watching = found(product, () => isOver);
  const sentAt = new Map<string, number>();
  await Promise.all(
    attacks.map(async (one, index) => {
      await pause(index * 100);
      sentAt.set(hashOf(one.from), await attack(product, one));
    }),
  );
  await pause(WITHIN_MS);
  isOver = true;
  const seen = await watching;
  await Promise.all(reading);

  const delays = [...sentAt].map(([target, at]) =>
    Math.max(0, (seen.get(target) ?? Number.POSITIVE_INFINITY) - at),
  );
  delays.sort((one, other) => one - other);
  const at = (share: number) => delays[Math.ceil(delays.length * share) - 1] ?? Number.NaN;
  console.log(
    `${product.mode}: ${delays.length} attackers, p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, max ${at(1)} ms`,
  );
  expect(delays.length).toBeGreaterThanOrEqual(20);
  expect(at(0.95)).toBeLessThanOrEqual(WITHIN_MS);
  for (const reader of readers) expect(seen.has(hashOf(reader))).toBe(false);
});
