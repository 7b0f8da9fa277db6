import { expect, test } from "vitest";
import { localPath } from "@/app/local-path";

test.each(["/", "/requests", "/requests?verdict=block&next=https://x.example#top", "/a/../b"])(
  "%j is a page of this site",
  (path) => {
    expect(localPath(path)).toBe(path.replace("/a/..", ""));
  },
);

test.each([
  "https://evil.example/",
  "//evil.example/",
  "///evil.example/",
  "/\\evil.example/",
  "\\/evil.example",
  "/\t/evil.example",
  "/\n/evil.example",
  "/.//evil.example",
  "/a/..//evil.example",
  "javascript:alert(1)",
  "requests",
  " /requests",
  "",
  "/sign-in",
  "/sign-in?next=/sign-in",
  `/${"a".repeat(3000)}`,
  undefined,
  null,
  7,
  ["/requests"],
])("%j is not, and gives the fallback", (path) => {
  expect(localPath(path)).toBe("/");
  expect(localPath(path, "/overview")).toBe("/overview");
});
