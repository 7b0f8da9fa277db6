import { describe, expect, test } from "vitest";
import { matchesOf, type Signal, type SignalRequest } from "@/lib/detection/signals";

const BROWSER =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36";

/** A request of an ordinary browser, `target` being path and query. */
function request(target: string, rest: Partial<SignalRequest> = {}): SignalRequest {
  const [path = "", ...query] = target.split("?");
  return {
    method: "GET",
    path,
    query: query.length > 0 ? query.join("?") : null,
    userAgent: BROWSER,
    status: 404,
    ...rest,
  };
}

const shows = (signal: Signal, one: SignalRequest) => matchesOf(one).some((match) => match.signal === signal);

type Table = { readonly fires: readonly string[]; readonly silent: readonly string[] };

const TARGETS: Partial<Record<Signal, Table>> = {
  "sensitive-file": {
    fires: [
      "/.env",
      "/api/.env.production",
      "/%2eenv",
      "/prod.env",
      "/.git/config",
      "/shop/.svn/entries",
      "/.DS_Store",
      "/wp-config.php.bak",
      "/wp-config.php~",
      "/.wp-config.php.swp",
      "/home/.ssh/id_rsa",
      "/.aws/credentials",
      "/.htpasswd",
      "/backup.sql",
      "/dump.sql.gz",
      "/backup.zip",
      "/www.tar.gz",
      "/site_2024.tar.gz",
      "/phpinfo.php",
      "/server-status",
      "/docker-compose.yml",
      "/.vscode/sftp.json",
      "/config.json",
      "/read?file=wp-config.php",
    ],
    silent: [
      "/",
      "/environment",
      "/docs/env.html",
      "/.well-known/security.txt",
      "/blog/git-config-explained",
      "/downloads/logger-1.2.3.tar.gz",
      "/files/deep/down/config.xml",
      "/articles/how-to-backup-sql",
      "/sql-injection-basics.html",
      "/my.old.photos/1.jpg",
      "/assets/app.4f3a2b.js",
      "/package.jsonp-guide",
    ],
  },
  traversal: {
    fires: [
      "/../../../etc/passwd",
      "/static/..%2f..%2f..%2fetc%2fpasswd",
      "/a/%2e%2e/%2e%2e/secret",
      "/a/%252e%252e%252fetc/hosts",
      "/a/%c0%ae%c0%ae/%c0%ae%c0%ae/x",
      "/a/.%2e/.%2e/x",
      "/app/..;/manager/",
      "/a/..%5c..%5cwindows%5cwin.ini",
      "/a/%u002e%u002e/%u002e%u002e/x",
      "/view?page=../../../../etc/passwd",
      "/view?page=....//....//etc/passwd",
      "/view?page=/proc/self/environ",
      "/view?page=c:\\boot.ini",
      "/view?page=file:///etc/hosts",
      "/view?page=../config.php%00",
    ],
    silent: [
      "/",
      "/images/../logo.png",
      "/compare/v1.0...v2.0",
      "/search?q=wait...%20what",
      "/search?q=how%20to%20edit%20/etc/hosts",
      "/docs/etc/overview",
      "/link?next=../index.html",
      "/proc/self-assessment",
    ],
  },
  injection: {
    fires: [
      "/item?id=1'%20OR%20'1'='1",
      "/item?id=1%20or%201=1",
      "/item?id=-1+union+all+select+null,null",
      "/item?id=1/**/union/**/select/**/user,password/**/from/**/users",
      "/item?id=1;drop%20table%20users",
      "/item?id=1'%20and%20sleep(5)--+-",
      "/item?name=admin'--",
      "/item?q=%3Cscript%3Ealert(1)%3C/script%3E",
      "/item?q=%253Cscript%253E",
      "/item?q=%22%20onmouseover=alert(1)%20x=%22",
      "/item?q=%3Cimg%20src=x%20onerror=alert(1)%3E",
      "/item?q=javascript:alert(document.cookie)",
      "/item?host=127.0.0.1;cat%20/etc/passwd",
      "/item?host=127.0.0.1%7Cid",
      "/item?host=a);id;",
      "/item?x=cat%20/etc/passwd",
      "/item?host=$(whoami)",
      "/item?host=`id`",
      "/item?x=%7B%7B7*7%7D%7D",
      "/item?x=$%7B7*7%7D",
      "/item?x=%7B%7Bconfig.items()%7D%7D",
      "/item?x=%3C?php%20system('id');%20?%3E",
      "/item?page=php://filter/convert.base64-encode/resource=index",
      "/item?user=*)(uid=*))(|(uid=*",
      "/item?user[$ne]=1",
      "/item?next=%0d%0aSet-Cookie:%20a=b",
      "/item?url=http://169.254.169.254/latest/meta-data/",
      "/item?url=gopher://127.0.0.1:6379/_x",
      "/item?x=__proto__[admin]",
      "/%3Cscript%3Ealert(1)%3C/script%3E",
    ],
    silent: [
      "/item?q=o'brien",
      "/item?q=rock%20'n'%20roll",
      "/item?q=black%20or%20white%20%26%20grey",
      "/item?q=select%20a%20gift%20from%20our%20shop",
      "/item?q=student%20union%20select%20committee",
      "/item?q=drop%20us%20a%20line",
      "/item?q=5%20%3C%206",
      "/item?q=c%2B%2B%20(beginner)",
      "/item?redirect=https%3A%2F%2Fwww.example.org%2Fa%3Fb%3D1",
      "/item?amp;id=50&amp;view=article",
      "/item?amp%3Bid=50&view=article",
      "/item?fields=id|name|title",
      "/item?sort=name|id",
      "/item?q=black%20%26%20date%20night",
      "/item?q=salt%20%26%20pepper;%20sort%20of",
      "/item?q=rock%20%26%20more",
      "/item?q=cut%20%26%20sew;%20last%20chance",
      "/item?q=100%25%20cotton%20%3C%20$20%20%26%20%22free%20shipping%22",
      "/item?filter=%7B%22status%22%3A%22open%22%7D",
      "/item?tags[]=a&tags[]=b",
      "/item?utm_campaign=50%25-off",
      "/wiki/Python_(programming_language)",
      "/calendar?from=2024-01-01T00%3A00%3A00%2B02%3A00",
      "/price/%7B%7Bitem.url%7D%7D",
      "/page/javascript:void(0)",
      "/tes()%7B%7Dt123.html",
    ],
  },
  "admin-probe": {
    fires: [
      "/phpmyadmin/",
      "/phpMyAdmin-5.1.0/index.php",
      "/pma/",
      "/adminer.php",
      "/wp-login.php",
      "/wp-admin/",
      "/xmlrpc.php",
      "/manager/html",
      "/administrator/",
      "/cpanel",
      "/solr/admin/info/system",
      "/actuator/health",
      "/jmx-console/",
      "/druid/index.html",
      "/console/login",
    ],
    silent: [
      "/",
      "/administrator-guide",
      "/blog/tags/sysadmins",
      "/admins-corner",
      "/managers/html-basics",
      "/login",
    ],
  },
  "sensitive-path": {
    fires: [
      "/admin/",
      "/admin",
      "/admin/login/",
      "/app/login/",
      "/api/auth/session",
      "/ADMIN/users",
      "/%61dmin/",
    ],
    silent: ["/administrator-guide", "/login-help", "/api/authors", "/blog/admin-tips", "/api/v1/auth"],
  },
  "well-known": {
    fires: [
      "/favicon.ico",
      "/robots.txt",
      "/sitemap.xml",
      "/.well-known/acme-challenge/x",
      "/apple-touch-icon.png",
    ],
    silent: ["/", "/robots", "/icons/favicon-guide"],
  },
  "missing-script": {
    fires: [
      "/a/b/left-behind.php",
      "/Old/Page.ASPX",
      "/cgi-bin/who.cgi",
      "/x.jsp;jsessionid=1",
      "/x.php?id=1",
    ],
    silent: ["/", "/index.php", "/shop/default.asp", "/php", "/how-to.php.html", "/about"],
  },
  asset: {
    fires: ["/app.css", "/a/b/logo.PNG", "/fonts/inter.woff2"],
    silent: ["/", "/index.php", "/png"],
  },
};

for (const [signal, { fires, silent }] of Object.entries(TARGETS) as [Signal, Table][]) {
  describe(signal, () => {
    test.each(fires)("%s shows it", (target) => expect(shows(signal, request(target))).toBe(true));
    test.each(silent)("%s does not", (target) => expect(shows(signal, request(target))).toBe(false));
  });
}

describe("what the site serves is its own", () => {
  test.each([
    "/wp-login.php",
    "/administrator/",
    "/solr/",
    "/blog/tags/sysadmin",
    "/config.json",
    "/index.old1",
  ])("%s is no probe when it is answered", (target) => {
    const signals = matchesOf(request(target, { status: 200 })).map(({ signal }) => signal);
    expect(signals).not.toContain("admin-probe");
    expect(signals).not.toContain("sensitive-file");
  });

  test("a file with secrets counts all the more when it is answered", () => {
    expect(shows("sensitive-file", request("/.env", { status: 200 }))).toBe(true);
  });

  test.each([200, 301, 403, null])("a script is missing by 404 and 410 alone, not by %s", (status) => {
    expect(shows("missing-script", request("/a/left-behind.php", { status }))).toBe(false);
    expect(shows("missing-script", request("/a/left-behind.php", { status: 410 }))).toBe(true);
  });

  test("an unknown status does not excuse other software's names", () => {
    expect(shows("admin-probe", request("/wp-login.php", { status: null }))).toBe(true);
    expect(shows("sensitive-file", request("/.env", { status: null }))).toBe(true);
  });

  test.each([
    "/config.json",
    "/env.js",
    "/package.json",
    "/release.zip",
    "/admin/login",
    "/console",
    "/swagger/",
    "/backoffice/",
    "/actuator/health",
  ])("%s may be the site's own while no status is known", (target) => {
    const signals = matchesOf(request(target, { status: null })).map(({ signal }) => signal);
    expect(signals).not.toContain("admin-probe");
    expect(signals).not.toContain("sensitive-file");
  });
});

test("sensitive paths can be set", () => {
  const options = { sensitivePaths: ["/staff/area/"] };
  const found = (target: string) =>
    matchesOf(request(target), options).some(({ signal }) => signal === "sensitive-path");
  expect(found("/x/staff/area/1")).toBe(true);
  expect(found("/staff/x/area")).toBe(false);
  expect(found("/admin/")).toBe(false);
});
