import { describe, expect, test } from "vitest";
import { matchesOf, type Signal, type SignalRequest } from "@/lib/detection/signals";

const BROWSER =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";
const ordinary: SignalRequest = {
  method: "GET",
  path: "/",
  query: null,
  userAgent: BROWSER,
  status: 200,
  requestLine: "GET / HTTP/1.1",
  protocol: "HTTP/1.1",
};

const signalsOfOne = (rest: Partial<SignalRequest>) =>
  matchesOf({ ...ordinary, ...rest }).map(({ signal }) => signal as string);
const shows = (signal: Signal, rest: Partial<SignalRequest>) => signalsOfOne(rest).includes(signal);

test("an ordinary request shows nothing", () => {
  expect(signalsOfOne({})).toEqual([]);
  expect(signalsOfOne({ path: "/blog/a-post", query: "page=2&sort=date" })).toEqual([]);
});

describe("scanner-agent", () => {
  test.each([
    "sqlmap/1.7.2#stable (https://sqlmap.org)",
    "Mozilla/5.0 zgrab/0.x",
    "Mozilla/5.00 (Nikto/2.5.0) (Evasions:None)",
    "Nuclei - Open-source project (github.com/projectdiscovery/nuclei)",
    "WPScan v3.8.25 (https://wpscan.com/)",
    "masscan/1.3 (https://github.com/robertdavidgraham/masscan)",
    "gobuster/3.6",
    "feroxbuster/2.10.0",
    "Fuzz Faster U Fool v2.1.0",
    "Jaeles v0.17",
    "Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)",
    "Mozilla/5.0 (compatible; wapiti)",
  ])("%s names itself", (userAgent) => expect(shows("scanner-agent", { userAgent })).toBe(true));

  test.each([
    BROWSER,
    "",
    "-",
    "curl/8.5.0",
    "python-requests/2.31.0",
    "Go-http-client/1.1",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "Uptime-Kuma/1.23.11",
    "FeedFetcher-Google; (+http://www.google.com/feedfetcher.html)",
  ])("%s is no scanner", (userAgent) => expect(shows("scanner-agent", { userAgent })).toBe(false));
});

describe("open-proxy", () => {
  test.each([
    [{ method: "CONNECT", path: "www.example.com:443" }],
    [{ path: "http://www.example.com/" }],
    [{ path: "http://www.example.com/", host: "www.example.net" }],
    [{ path: "www.example.com:443" }],
  ])("%o takes us for a proxy", (rest) => expect(shows("open-proxy", rest)).toBe(true));

  test.each([
    [{ path: "http://www.example.com/a", host: "www.example.com" }],
    [{ path: "/http://www.example.com/" }],
    [{ path: "/go", query: "to=http://www.example.com/" }],
  ])("%o does not", (rest) => expect(shows("open-proxy", rest)).toBe(false));
});

describe("malformed", () => {
  test.each([
    [
      {
        method: null,
        path: "",
        requestLine: "\\x16\\x03\\x01\\x02\\x00\\x01\\x00",
        protocol: null,
        status: 400,
      },
    ],
    [{ method: null, path: "", requestLine: "HELP", protocol: null, status: 400 }],
    [{ protocol: "HTTP/9.8", requestLine: "GET / HTTP/9.8" }],
    [{ protocol: "RTSP/1.0", requestLine: "OPTIONS / RTSP/1.0" }],
    [{ method: "GARBAGE", requestLine: "GARBAGE / HTTP/1.1" }],
    [{ protocol: null, requestLine: "GET /" }],
    [{ path: "/a%00.jpg" }],
    [{ path: "/a%01b" }],
  ])("%o is nothing that a client of the web sends", (rest) => expect(shows("malformed", rest)).toBe(true));

  test.each([
    [{ method: null, path: "", requestLine: "-", protocol: null, status: 408 }],
    [{ method: null, path: "", requestLine: "", protocol: null, status: 400 }],
    [{ protocol: "HTTP/2.0", requestLine: "GET / HTTP/2.0" }],
    [{ protocol: undefined, requestLine: undefined }],
    [{ method: "PROPFIND", requestLine: "PROPFIND / HTTP/1.1" }],
    [{ path: "/caf%C3%A9" }],
    [{ path: "/copied%0A" }],
  ])("%o may happen to anybody", (rest) => expect(shows("malformed", rest)).toBe(false));
});

describe("logins", () => {
  test.each([
    "/login",
    "/auth/login",
    "/wp-login.php",
    "/users/sign_in",
    "/administrator/index.php",
    "/xmlrpc.php",
  ])("a POST to %s is an attempt, and a failure when refused", (path) => {
    expect(signalsOfOne({ method: "POST", path, status: 302 })).not.toContain("login-failure");
    expect(shows("login-attempt", { method: "POST", path, status: 302 })).toBe(true);
    expect(shows("login-failure", { method: "POST", path, status: 401 })).toBe(true);
    expect(shows("login-failure", { method: "POST", path, status: 403 })).toBe(true);
  });

  test.each(["/blog/login-tips", "/catalogin", "/comments", "/authors", "/api/items"])(
    "a POST to %s is no attempt",
    (path) => expect(shows("login-attempt", { method: "POST", path, status: 401 })).toBe(false),
  );

  test("looking at the form is no attempt", () => {
    expect(shows("login-attempt", { path: "/login", status: 401 })).toBe(false);
  });

  test("WordPress shows the form again when the password was wrong", () => {
    expect(shows("login-failure", { method: "POST", path: "/wp-login.php", status: 200 })).toBe(true);
    expect(shows("login-failure", { method: "POST", path: "/login", status: 200 })).toBe(false);
  });

  test("only our own login answers 429 to a wrong password", () => {
    expect(shows("login-failure", { method: "POST", path: "/ip-tracking/login/", status: 429 })).toBe(true);
    expect(shows("login-failure", { method: "POST", path: "/login", status: 429 })).toBe(false);
  });

  test("without a status there are attempts only", () => {
    expect(shows("login-failure", { method: "POST", path: "/login", status: null })).toBe(false);
  });
});

describe("crawler-claim", () => {
  test.each([
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)",
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "DuckDuckBot/1.1; (+http://duckduckgo.com/duckduckbot.html)",
  ])("%s claims to be a search engine", (userAgent) =>
    expect(shows("crawler-claim", { userAgent })).toBe(true),
  );

  test.each([BROWSER, "curl/8.5.0", ""])("%s does not", (userAgent) =>
    expect(shows("crawler-claim", { userAgent })).toBe(false),
  );
});
