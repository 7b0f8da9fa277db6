import { expect, test } from "vitest";
import { isOwnOrigin } from "@/app/same-origin";

const isOwn = (headers: Record<string, string>, siteUrl?: string) =>
  isOwnOrigin(new Headers({ host: "gate.example:3000", ...headers }), siteUrl);

test.each([
  ["another site", { origin: "https://evil.example" }],
  ["another port", { origin: "http://gate.example:4000" }],
  ["a host that begins like ours", { origin: "http://gate.example:3000.evil.example" }],
  ["a host that ends like ours", { origin: "http://evil-gate.example:3000" }],
  ["our host as the name of a user", { origin: "http://gate.example:3000@evil.example" }],
  ["a page that hides its origin", { origin: "null" }],
  ["a foreign page that hides its origin", { origin: "null", "sec-fetch-site": "cross-site" }],
  ["what is no origin", { origin: "gate.example:3000" }],
  ["an empty origin", { origin: "" }],
  ["another site without an origin", { "sec-fetch-site": "cross-site" }],
  ["a sister site without an origin", { "sec-fetch-site": "same-site" }],
])("foreign: %s", (_name, headers) => {
  expect(isOwn(headers)).toBe(false);
});

test.each([
  ["no origin, as curl", {}],
  ["our own page", { origin: "http://gate.example:3000" }],
  ["our own page behind a proxy that ends TLS", { origin: "https://gate.example:3000" }],
  ["our own page that sends no referrer", { origin: "null", "sec-fetch-site": "same-origin" }],
  [
    "the host that a proxy was asked for",
    { origin: "https://public.example", "x-forwarded-host": "public.example" },
  ],
  [
    "the default port, written out",
    { origin: "https://public.example", "x-forwarded-host": "public.example:443" },
  ],
  ["another case", { origin: "http://gate.example:3000", host: "GATE.example:3000" }],
])("own: %s", (_name, headers) => {
  expect(isOwn(headers)).toBe(true);
});

test("the site's configured address counts where a proxy tells nobody its host", () => {
  expect(isOwn({ origin: "https://public.example" }, "https://public.example/gate")).toBe(true);
  expect(isOwn({ origin: "https://public.example" })).toBe(false);
});
