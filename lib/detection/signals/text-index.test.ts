import { describe, expect, test } from "vitest";
import { EXPLOITS } from "@/lib/detection/signals/known-exploit";
import { requiredText } from "@/lib/detection/signals/required-text";
import { TextIndex } from "@/lib/detection/signals/text-index";
import { DEVICE_EXAMPLES } from "@/lib/detection/test/exploit-examples-devices";
import { SOFTWARE_EXAMPLES } from "@/lib/detection/test/exploit-examples-software";

describe("what a text must contain for a pattern to match", () => {
  test.each([
    [/\/wls-wsat\/\w+porttype/, ["/wls-wsat/"]],
    [/\/a(?:bcd|efg)x?$/, ["/abcd", "/abcdx", "/aefg", "/aefgx"]],
    [/^\/+functionrouter\b/, ["functionrouter"]],
    [/(?:first|second)\d+third-longer/, ["third-longer"]],
    [/a{2}longer/, ["longer"]],
    [/[ab]cde/, ["acde", "bcde"]],
    [/name(?!x)\.php/, ["name.php"]],
    [/\bword\b.{0,5}/, ["word"]],
  ])("%s needs %j", (pattern, texts) => {
    expect([...(requiredText(pattern) ?? [])].sort()).toEqual([...texts].sort());
  });

  test.each([[/abc|\d+/], [/.*/], [/abc/], [/(?:abcdef)?/], [/[^a]{4}/], [/(?:abcdef){0,2}/]])(
    "of %s nothing can be said",
    (pattern) => expect(requiredText(pattern)).toBeNull(),
  );
});

describe("the index of texts", () => {
  const index = new TextIndex(["first", "second", "any"], (name) => (name === "any" ? null : [name]));

  test("entries come where their text stands, in their order, and those without one always", () => {
    expect(index.candidates("a second, then the first")).toEqual(["first", "second", "any"]);
    expect(index.candidates("only the second")).toEqual(["second", "any"]);
    expect(index.candidates("")).toEqual(["any"]);
  });

  test("it misses no exploit in a request that one matches, nor in pieces of two put together", () => {
    const asked = EXPLOITS.filter(({ in: place }) => place !== "agent");
    const all = new TextIndex(asked, ({ match }) =>
      match instanceof RegExp ? requiredText(match) : match.slice(0, 1),
    );
    const examples = `${SOFTWARE_EXAMPLES}${DEVICE_EXAMPLES}`
      .split("\n")
      .flatMap((line) => line.trim().split("  ").slice(1))
      .map((text) => decodeSoftly(text).toLowerCase());
    const texts = examples.flatMap((text, at) => {
      const other = examples[(at * 7 + 3) % examples.length] ?? "";
      return [text, text.slice(0, at % 23) + other, other + text.slice(at % 11)];
    });
    for (const text of texts) {
      const candidates = new Set(all.candidates(text));
      for (const one of asked) {
        const { match } = one;
        const isMatch =
          match instanceof RegExp ? match.test(text) : match.every((part) => text.includes(part));
        if (isMatch) expect([one.id, text, candidates.has(one)]).toEqual([one.id, text, true]);
      }
    }
  });
});

function decodeSoftly(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
