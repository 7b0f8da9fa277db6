import { PUBLIC_ROUTES } from "@/app/public-routes";
import { openDatabase } from "@/db/client";
import { createUser } from "@/db/users";
import { send } from "@/e2e/fixtures/http";
import type { Product } from "@/e2e/fixtures/product";
import { expect, test } from "@/e2e/fixtures/test";
import { actionsOf, type Call, inParallel, routesOf, type Walked, walk } from "@/e2e/fixtures/walk";
import { BAD_BODIES, BAD_CALLS, FOREIGN, ODD_ARGUMENTS, type Trick } from "@/e2e/fixtures/walk-tricks";
import { HANDLERS, PAGES } from "@/lib/guard/page-call";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const WITH_BODY = ["POST", "PUT", "PATCH", "DELETE"];
/** Statuses by which a bad call is refused; 404 where there is nothing to call, 429 where a limit comes first. */
const REFUSED = [400, 401, 403, 404, 405, 411, 413, 415, 429];
/** Ends the session that it is called with, whatever else comes with it: called last. */
const SIGN_OUT = "/ip-tracking/logout";

const SECRET_NAME = "somebody-of-the-walk";
const SECRET_PATH = "/seen-only-in-the-record-of-the-walk";
const viewer = { username: "viewer-of-the-walk", password: "a rather long passphrase" };

type Who = { name: "nobody" | "a viewer" | "an administrator"; cookie: string };

/** What nobody may be shown who has no session: a name, a path of the record, an address. */
async function seed(product: Product, address: string): Promise<{ secrets: string[]; cookie: string }> {
  const db = openDatabase(product.settings.DATABASE_URL ?? "", { connectionsMax: 1 });
  await createUser(db, { username: SECRET_NAME, password: viewer.password, role: "admin" }, "a test");
  await createUser(db, { ...viewer, role: "viewer" }, "a test");
  await db.$client.end();
  const seen = await send(product.url, { path: SECRET_PATH, from: address });
  await product.recorded(seen.id);
  const signedIn = await send(product.url, {
    method: "POST",
    path: "/ip-tracking/login/",
    from: address,
    json: viewer,
  });
  const cookie =
    signedIn.headers["set-cookie"]?.find((line) => line.includes("session-token"))?.split(";")[0] ?? "";
  expect(cookie, signedIn.text).not.toBe("");
  return { secrets: [SECRET_NAME, SECRET_PATH, address], cookie };
}

function callOf(method: string, path: string, who: Who, from: string, trick?: Trick): Call {
  const headers = {
    "x-forwarded-for": from,
    ...(who.cookie ? { cookie: who.cookie } : {}),
    ...trick?.headers,
  };
  return { method, path, headers, body: trick?.body };
}

const leadsToSignIn = ({ status, headers }: Walked) =>
  [303, 307].includes(status)
    ? String(headers.location).startsWith("/sign-in")
    : String(headers["x-action-redirect"]).startsWith("/sign-in");

/** next-auth leads on whoever has no token of its own against forgery, and does nothing. */
const isLedOn = ({ status, headers }: Walked) =>
  status === 302 && !headers["set-cookie"]?.some((line) => line.includes("session-token"));

/** Each body by POST; by the other methods, which nothing of ours takes, one of each kind. */
const tricksFor = (method: string) =>
  method === "POST"
    ? [FOREIGN, ...BAD_BODIES]
    : [FOREIGN, ...BAD_BODIES.filter((_, place) => place % 6 === 0)];

test("every route of the build is either in the list of public ones or asks for a session", async () => {
  const routes = routesOf();
  expect(routes.length).toBeGreaterThan(15);
  expect(
    Object.keys(PUBLIC_ROUTES).filter((pattern) => !routes.some((route) => route.pattern === pattern)),
  ).toEqual([]);
  const pages = routes.filter(({ isPage, pattern }) => isPage && !pattern.startsWith("/_"));
  expect([...PAGES].sort()).toEqual(pages.map(({ pattern }) => pattern).sort());
  const handlers = routes.filter(({ isPage, pattern }) => !isPage && pattern !== "/icon.svg");
  expect([...HANDLERS].sort()).toEqual(handlers.map(({ pattern }) => pattern.replace(/\[.*$/, "")).sort());
});

test("no route of the build answers a stranger, a viewer or a bad call with data or an error of ours", async ({
  product,
  addresses,
  address,
}) => {
  test.setTimeout(120_000);
  const { secrets, cookie } = await seed(product, address);
  const nobody: Who = { name: "nobody", cookie: "" };
  const aViewer: Who = { name: "a viewer", cookie };
  const routes = routesOf().sort((a, b) => Number(a.pattern === SIGN_OUT) - Number(b.pattern === SIGN_OUT));
  const faults: string[] = [];
  let calls = 0;

  const check = async (route: (typeof routes)[number], who: Who, call: Call, trick?: Trick) => {
    calls++;
    const answer = await walk(product.url, call);
    const { status, text, headers } = answer;
    const isRead = !trick && ["GET", "HEAD", "OPTIONS"].includes(call.method);
    const isRefused =
      REFUSED.includes(status) ||
      leadsToSignIn(answer) ||
      (call.method === "OPTIONS" && status === 204) ||
      (route.pattern.startsWith("/api/auth/") && isLedOn(answer));
    // Next.js answers an address with a file's name, or a handler without a body, whatever comes with it.
    const takesNoBody = route.pattern === SIGN_OUT || /^\/(icon\.svg|_)/.test(route.pattern);
    const mayAnswer = route.isPublic ? isRead || takesNoBody || !trick : isRead && who.name === "a viewer";
    const wrong = [
      status >= 500 && !(status === 503 && route.pattern === "/api/inngest") ? "an error of ours" : "",
      !isRefused && !mayAnswer ? "is not refused" : "",
      !(isRead && who.name === "a viewer") && secrets.some((secret) => text.includes(secret))
        ? "shows data"
        : "",
      headers["content-security-policy"] && headers["x-content-type-options"]
        ? ""
        : "has no security headers",
    ].filter(Boolean);
    if (wrong.length)
      faults.push(
        `${call.method} ${call.path} as ${who.name}${trick ? ` with ${trick.name}` : ""}: ${status}, ${wrong}`,
      );
  };

  for (const isLast of [false, true]) {
    const tasks = routes
      .filter(({ pattern }) => (pattern === SIGN_OUT) === isLast)
      .flatMap((route) =>
        route.addresses.flatMap((path) =>
          [nobody, aViewer].flatMap((who) => [
            ...METHODS.map((method) => ({ route, who, method, path, trick: undefined })),
            ...WITH_BODY.flatMap((method) =>
              tricksFor(method).map((trick) => ({ route, who, method, path, trick })),
            ),
          ]),
        ),
      );
    await inParallel(tasks, ({ route, who, method, path, trick }) =>
      check(route, who, callOf(method, path, who, addresses.ipv6(), trick), trick),
    );
  }
  console.log(`     ${product.mode}: ${routes.length} routes, ${calls} calls`);
  expect(faults).toEqual([]);
});

test("no action of the build does anything for a stranger, a viewer or a bad call", async ({
  product,
  addresses,
  address,
  adminCookie,
}) => {
  test.setTimeout(120_000);
  const actions = actionsOf();
  expect(actions.length).toBeGreaterThan(10);
  const [found] = await product.sql<
    { count: number }[]
  >`select count(*)::int from users where username = ${viewer.username}`;
  const cookie = found?.count ? await signInAgain(product, address) : (await seed(product, address)).cookie;
  const people: Who[] = [
    { name: "nobody", cookie: "" },
    { name: "a viewer", cookie },
    { name: "an administrator", cookie: adminCookie },
  ];
  const changes = () => product.sql<{ actor: string; action: string }[]>`
    select actor, action from audit_logs where action not like 'sign-%' and actor <> 'a test' order by id`;
  const before = await changes();
  const origin = { origin: product.url };
  const faults: string[] = [];
  let calls = 0;

  const tasks = actions.flatMap(({ id, name, file, pages }, place) =>
    people.flatMap((who) =>
      callsFor(place, who).map((trick) => ({
        id,
        name,
        file,
        page: pages[0] ?? "/",
        who,
        trick,
      })),
    ),
  );
  await inParallel(tasks, async ({ id, name, file, page, who, trick }) => {
    calls++;
    const headers = { ...origin, ...trick.headers, "next-action": id };
    const answer = await walk(
      product.url,
      callOf("POST", page, who, addresses.ipv6(), { ...trick, headers }),
    );
    const { status, text } = answer;
    const isReadable = ODD_ARGUMENTS.includes(trick);
    const isOwn = /\/account\//.test(file) && who.name !== "nobody";
    const isRefused = REFUSED.includes(status) || leadsToSignIn(answer);
    // Whoever may call it is told in the action's own words that the arguments are wrong.
    const isAnswered = status === 200 && isReadable && (who.name === "an administrator" || isOwn);
    const isData =
      who.name !== "an administrator" && [SECRET_NAME, SECRET_PATH].some((secret) => text.includes(secret));
    if ((isRefused || isAnswered) && !isData) return;
    faults.push(
      `${name} on ${page} as ${who.name} with ${trick.name}: ${status}${isData ? ", shows data" : ""}`,
    );
  });
  console.log(`     ${product.mode}: ${actions.length} actions, ${calls} calls`);
  expect(faults).toEqual([]);
  const after = (await changes()).slice(before.length);
  // Two actions need no arguments: the administrator's calls of them count, nobody else's.
  expect(after.filter(({ actor }) => actor !== "admin" && actor !== viewer.username)).toEqual([]);
  expect(
    after.filter(({ actor, action }) => actor === viewer.username && !/session|sign-out/.test(action)),
  ).toEqual([]);
});

/** What is no call is no call of any action: one is tried with all of them, the others with one of each kind. */
function callsFor(place: number, who: Who): readonly Trick[] {
  if (who.name === "an administrator") return ODD_ARGUMENTS;
  const bad = BAD_CALLS.filter((_, at) => place === 0 || at % 5 === place % 5);
  return [FOREIGN, ...bad, ...ODD_ARGUMENTS];
}

async function signInAgain(product: Product, from: string): Promise<string> {
  const answer = await send(product.url, { method: "POST", path: "/ip-tracking/login/", from, json: viewer });
  return answer.headers["set-cookie"]?.find((line) => line.includes("session-token"))?.split(";")[0] ?? "";
}
