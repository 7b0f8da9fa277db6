import { expect, test } from "vitest";
import { withoutScripts, withoutTags } from "@/services/plain-pages";

test("a page that is rendered at build time keeps its words, styles and links, and no script", () => {
  const html = [
    '<html><head><link rel="stylesheet" href="/a.css" data-precedence="next"/>',
    '<link rel="preload" as="script" fetchPriority="low" href="/b.js"/><script src="/b.js" async=""></script>',
    '</head><body><a href="/">To the overview</a><script id="_R_">self.x=["\\u003c/script>"]\nself.y=1</script>',
    "</body></html>",
  ].join("");
  const plain = withoutScripts(html);
  expect(plain).toBe(
    '<html><head><link rel="stylesheet" href="/a.css" data-precedence="next"/></head><body><a href="/">To the overview</a></body></html>',
  );
});

test("a page that is rendered at build time has no tag by which it could expire, and keeps what else is known of it", () => {
  const kept = { status: 404, headers: { "x-nextjs-prerender": "1" }, segmentPaths: ["/_tree"] };
  const tagged = {
    ...kept,
    headers: { ...kept.headers, "x-next-cache-tags": "_N_T_/layout,_N_T_/_not-found" },
  };
  expect(JSON.parse(withoutTags(JSON.stringify(tagged)))).toEqual(kept);
  expect(JSON.parse(withoutTags('{"status":404}'))).toMatchObject({ status: 404 });
});
