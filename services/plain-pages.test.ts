import { expect, test } from "vitest";
import { withoutScripts } from "@/services/plain-pages";

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
