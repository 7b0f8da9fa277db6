import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { send } from "@/e2e/fixtures/http";
import type { Product } from "@/e2e/fixtures/product";
import { pause } from "@/e2e/fixtures/rules";
import { expect, signIn, test } from "@/e2e/fixtures/test";
import { PAGES } from "@/lib/guard/page-call";

const MARKERS = {
  NEXTAUTH_SECRET: "marker-of-the-session-secret-0001",
  IP_HASH_KEY: "marker-of-the-hash-key-0002",
  EVENT_SEAL_KEY: "marker-of-the-seal-key-0003",
  MAXMIND_LICENSE_KEY: "marker-of-somebody-else-0004",
};
test.use({ settings: MARKERS });

/** Names that only code of the server has a use for. */
const SERVER_ONLY =
  /NEXTAUTH_SECRET|IP_HASH_KEY|EVENT_SEAL_KEY|DATABASE_URL|UPSTASH_REDIS_REST|INNGEST_(EVENT|SIGNING)_KEY|POSTGRES_PASSWORD|drizzle-orm|pg_catalog|argon2|ioredis|request_logs|audit_logs/;

/** What must stand nowhere: the secrets of the product as it runs, by their names. */
function secretsOf({ settings, admin }: Product): Record<string, string> {
  const database = new URL(settings.DATABASE_URL ?? "");
  return {
    ...MARKERS,
    UPSTASH_REDIS_REST_TOKEN: settings.UPSTASH_REDIS_REST_TOKEN ?? "",
    "the database's password": decodeURIComponent(database.password),
    "the administrator's password": admin.password,
  };
}

const found = (text: string, secrets: Record<string, string>) =>
  Object.entries(secrets).filter(([, value]) => value.length > 3 && text.includes(value));

function* filesBelow(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(place);
    else yield place;
  }
}

test("the browser's part of the build names nothing of the server, and has no source maps", async ({
  product,
}) => {
  const files = [...filesBelow(path.join(".next", "static"))];
  expect(files.filter((file) => file.endsWith(".js")).length).toBeGreaterThan(5);
  expect(files.filter((file) => file.endsWith(".map"))).toEqual([]);
  const wrong = files.flatMap((file) => {
    const text = readFileSync(file, "utf8");
    const name = SERVER_ONLY.exec(text)?.[0] ?? /sourceMappingURL=[^"'\s]+/.exec(text)?.[0];
    return name || found(text, secretsOf(product)).length ? [`${file}: ${name}`] : [];
  });
  expect(wrong).toEqual([]);
});

test("no page shows a secret, signed in or not", async ({ product, addresses }) => {
  const cookie = await signIn(product, addresses.ipv6());
  const secrets = secretsOf(product);
  const said: Record<string, string>[] = [{}, { cookie }, { cookie, rsc: "1" }];
  for (const page of PAGES) {
    for (const headers of said) {
      const { text, headers: fields } = await send(product.url, {
        path: page,
        from: addresses.ipv6(),
        headers,
      });
      expect(found(text + JSON.stringify(fields), secrets), page).toEqual([]);
    }
  }
});

test("neither logs nor answers hold a secret, an address, a query, a cookie or what was typed, whatever fails", async ({
  product,
  addresses,
}) => {
  const { url, sql } = product;
  const typed = {
    "the address": addresses.ipv4(),
    "the second address": addresses.ipv6(),
    "the query": "marker-of-a-query-0005",
    "the cookie": "marker-of-a-cookie-0006",
    "the username": "marker-of-a-username-0007",
    "the password": "marker-of-a-password-0008",
    "the token": "marker-of-a-token-0009",
  };
  const from = typed["the address"];
  const answers: string[] = [];
  const ask = async (sent: Parameters<typeof send>[1]) => {
    const answer = await send(url, { from, ...sent }).catch((error: Error) => ({
      text: error.message,
      status: 0,
      headers: {},
    }));
    answers.push(`${sent?.path} ${answer.status} ${answer.text}`);
  };
  const password = { username: typed["the username"], password: typed["the password"] };
  const cookie = `next-auth.session-token=${typed["the cookie"]}; other=${typed["the cookie"]}`;
  const all = async () => {
    await ask({ path: "/ip-tracking/login/", method: "POST", json: password });
    await ask({
      path: "/api/auth/callback/credentials",
      method: "POST",
      json: { ...password, csrfToken: typed["the token"] },
    });
    await ask({
      path: "/ip-tracking/login/",
      method: "POST",
      body: `{"password":"${typed["the password"]}`,
      headers: { "content-type": "application/json" },
    });
    await ask({ path: `/requests?address=${typed["the query"]}`, headers: { cookie } });
    await ask({ path: "/blocked", headers: { cookie: await adminCookie } });
    await ask({ path: `/%zz?${typed["the query"]}`, from: typed["the second address"] });
    await ask({
      path: "/",
      method: "POST",
      body: typed["the password"],
      headers: { "next-action": "40".padEnd(42, "0"), cookie },
    });
    await ask({ path: "/api/live", headers: { authorization: `Bearer ${typed["the token"]}`, cookie } });
    await ask({ path: "/api/health" });
  };
  const adminCookie = signIn(product, addresses.ipv6());
  await adminCookie;
  await all();
  // The database refuses: a table is not where it was.
  for (const table of ["users", "request_logs", "ip_rules"]) {
    await sql.unsafe(`alter table ${table} rename to ${table}_away`);
    try {
      await all();
      await pause(1500);
    } finally {
      await sql.unsafe(`alter table ${table}_away rename to ${table}`);
    }
  }
  // The edge store is gone for a moment.
  for (const { pid } of product.processes(/upstash-child/)) process.kill(pid, "SIGKILL");
  await all();
  await pause(1500);

  const logs = product.logs();
  // The first start prints the first password, once, for the one who reads it.
  const { "the administrator's password": first = "", ...secrets } = secretsOf(product);
  expect(logs.split(first).length - 1).toBeLessThanOrEqual(1);
  const own = Object.fromEntries(Object.entries(typed).filter(([name]) => name !== "the query"));
  expect(
    found(logs, { ...secrets, ...typed }).map(([name]) => name),
    `in the log:\n${logs}`,
  ).toEqual([]);
  const inAnswers = answers.flatMap((text) =>
    found(text, { ...secrets, ...own, first }).map(([name]) => `${name}: ${text}`),
  );
  expect(inAnswers).toEqual([]);
});
