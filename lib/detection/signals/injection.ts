import { OTHER_TOKENS, PHP_TOKENS, TEMPLATE_TOKENS } from "@/lib/detection/data/injection-code";
import { COMMAND_TOKENS } from "@/lib/detection/data/injection-command";
import { SCRIPT_TOKENS } from "@/lib/detection/data/injection-script";
import { flattenSql, SQL_TOKENS } from "@/lib/detection/data/injection-sql";
import { decodeMarkup, LENGTH_MAX } from "@/lib/detection/signals/decode";
import type { RuleMatch, SignalFamily } from "@/lib/detection/signals/family";
import { decodeQuery, type NormalRequest } from "@/lib/detection/signals/normal-request";
import { attackIn, type TokenClass } from "@/lib/detection/signals/tokens";

const VALUES_MAX = 24;

// Letters, digits and what stands in dates, numbers, addresses and lists needs no further look, unless words of SQL
// or of a shell stand there, too.
const PLAIN = /^[\w\s.,:@/+?~!-]*$/;
const WORDS =
  /\b(?:select|union|order\s+by|group\s+by|having|waitfor|where|rlike|procedure|insert|update|delete|drop|alter|declare|exec|ping6?|wget|curl|cmd|dir|chmod|busybox|bash|sh|nc)\b|--|:\/\/|script:|[\r\n]|\b(?:or|and|xor|file|jar|ro0ab\w*|aced0005|sysobjects|information_schema)\b|__|\/etc\//;

/** The class of injection that one decoded, lower-case value is, with the traits that told; `null`: none. */
export function injectionIn(value: string): { rule: string; traits: readonly string[] } | null {
  if (PLAIN.test(value) && !WORDS.test(value)) return null;
  const text = shorten(decodeMarkup(value).slice(0, LENGTH_MAX));
  return (
    classIn(SQL_TOKENS, flattenSql(text)) ??
    classIn(SCRIPT_TOKENS, text) ??
    classIn(PHP_TOKENS, text) ??
    classIn(TEMPLATE_TOKENS, text) ??
    classIn(COMMAND_TOKENS, text) ??
    classIn(OTHER_TOKENS, text)
  );
}

// Padding says nothing, and long runs are what makes patterns slow.
const PADDING = /\s{2,}|([^\w\s])\1{5,}/g;

function shorten(text: string): string {
  return text.replace(PADDING, (run, sign: string | undefined) =>
    sign === undefined ? (/[\r\n]/.test(run) ? "\n" : " ") : run.slice(0, 5),
  );
}

function classIn(tokenClass: TokenClass, text: string) {
  const traits = attackIn(text, tokenClass);
  return traits && { rule: tokenClass.id, traits };
}

// A path has fewer liberties than a value: quotes and brackets stand in titles, and broken links hold script.
const PATH_SUSPECT = /[<>"'`(){}$;|*=\r\n]|--|%/;
const BROKEN_LINK = /(?:^|\/)(?:javascript:\s*(?:void|;|$|\/)|mailto:|tel:|%20|undefined|\[object)/;
/** What stands in no honest program's name. */
const AGENT_SUSPECT =
  /<\s*script|<\?|\$\{|\{\{|\bunion\b.{0,20}\bselect\b|\bsleep\s*\(|\bwaitfor\b|\(\)\s*\{|\b(?:wget|curl)\s+(?:-\S+\s+)*http|;\s*(?:cat|id|ping|wget|curl)\s|\/etc\/passwd|\bor\s+['"]?\d+['"]?\s*=/;

export const injection: SignalFamily = {
  signal: "injection",
  find(request) {
    return inQuery(request) ?? inPath(request) ?? inHeaders(request);
  },
};

function inQuery({ rawQuery, query }: NormalRequest): RuleMatch | null {
  if (rawQuery === "" || (PLAIN.test(query.replace(/[&=]/g, " ")) && !WORDS.test(query))) return null;
  for (const value of valuesOf(rawQuery)) {
    const found = injectionIn(value);
    if (found) return { rule: found.rule, evidence: value };
  }
  // What an unescaped "&" or "=" has torn apart.
  const found = /&{2}|[<'"]/.test(query) || /\[\$/.test(query) ? injectionIn(query) : null;
  return found && { rule: found.rule, evidence: query };
}

/** Names and values, each decoded; beyond the first two dozen they come as one. */
function valuesOf(rawQuery: string): string[] {
  const parts = rawQuery.split("&", VALUES_MAX);
  const length = parts.reduce((sum, part) => sum + part.length + 1, 0);
  if (length < rawQuery.length) parts.push(rawQuery.slice(length));
  return parts.flatMap((part) => {
    // A link that was copied with its "&amp;" is sloppy, not hostile.
    const start = /^(?:(?:%26)?amp(?:;|%3b))+/i.exec(part)?.[0].length ?? 0;
    const sign = part.indexOf("=");
    if (sign < 0) return [decodeQuery(part.slice(start))];
    const name = part.slice(start, sign);
    const value = decodeQuery(part.slice(sign + 1));
    return /^[\w.[\]-]*$/.test(name) && !/__|constructor/.test(name) ? [value] : [value, decodeQuery(name)];
  });
}

function inPath({ pathText }: NormalRequest): RuleMatch | null {
  if (!PATH_SUSPECT.test(pathText) || BROKEN_LINK.test(pathText)) return null;
  const found = injectionIn(pathText.replaceAll("+", " "));
  return found && { rule: found.rule, evidence: pathText };
}

function inHeaders({ agent, referrer }: NormalRequest): RuleMatch | null {
  for (const text of [agent, referrer]) {
    if (!AGENT_SUSPECT.test(text)) continue;
    const found = injectionIn(text);
    if (found) return { rule: found.rule, evidence: text };
  }
  return null;
}
