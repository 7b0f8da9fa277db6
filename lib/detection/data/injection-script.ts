import { type TokenClass, tokens } from "@/lib/detection/signals/tokens";

/** Markup and script that a page would run. From the HTML standard and OWASP's XSS filter evasion and prevention notes. */
export const SCRIPT_TOKENS: TokenClass = {
  id: "script-injection",
  gate: /[<>"'`({&;:=]|\+ad|__proto|constructor/,
  tokens: tokens([
    ["script-element", 10, /<[\s/\u2400]*script\b|<\/\s*script/],
    [
      "active-element",
      10,
      /<[\s/\u2400]*(?:iframe|object|embed|applet|meta|link|base|svg|math|bgsound|layer|ilayer|frameset|frame|isindex|xss|animate|set|foreignobject|portal|noscript)\b/,
    ],
    [
      "declaration",
      10,
      /<!(?:entity|doctype|element|attlist)\b|<!\[cdata\[|<!--#(?:exec|include|echo|config)\b|<\?(?:xml|import)\b|<%=?\s*\w/,
    ],
    [
      "element-with-attribute",
      10,
      /<[\s/\u2400]*(?:img|image|input|a|div|body|html|table|td|tr|th|form|style|br|button|video|audio|source|details|marquee|textarea|select|span|xml|p|b|i|h\d|font|center|label|keygen|track|area|map|ul|li|head|title|option)[\s/"'+][^<>=]{0,200}=/,
    ],
    [
      "element",
      5,
      /<[\s/]*(?:img|style|xml|body|html|head|form|table|div|marquee|video|audio|input|textarea|details|title|button|frame)\b/,
    ],
    ["element-closed", 5, /<\/\s*(?:body|html|head|style|title|textarea|form|div|table|xml|a|td|span)\s*>/],
    ["break-out", 5, /^[^\s<]{0,40}['"]?\s*\/?>\s*['"]?\s*<|^\s*['"]>|>\s*['"]\s*[<&]/],
    [
      "event-attribute",
      7,
      /(?:^|[\s"'`/+;<>\u2400])on(?:abort|activate|after\w+|animation\w+|auxclick|before\w+|begin|blur|bounce|canplay\w*|change|click|close|contextmenu|copy|cuechange|cut|dblclick|drag\w*|drop|duration\w+|end|error|finish|focus\w*|full\w+|hash\w+|input|invalid|key\w+|load\w*|message|mouse\w+|page\w+|paste|play\w*|pointer\w+|popstate|progress|ready\w+|repeat|reset|resize|scroll\w*|search|seek\w+|select\w*|show|start|stor\w+|submit|suspend|time\w+|toggle|touch\w+|transition\w+|unload|volumechange|waiting|wheel)\s*=/,
    ],
    [
      "script-scheme",
      8,
      /(?:^|[\s"'=(:`<>;,])(?:j\s*a\s*v\s*a|v\s*b|l\s*i\s*v\s*e)\s*s\s*c\s*r\s*i\s*p\s*t\s*:|\bjavas\S{0,12}cript:/,
    ],
    ["data-document", 8, /\bdata:[^,]{0,40}(?:text\/html|image\/svg|text\/xml|javascript|xhtml)/],
    ["dialogue", 5, /(?:^|[^\w.])(?:alert|prompt|confirm|print)\s*[(`]/],
    [
      "dialogue-with-value",
      5,
      /\b(?:alert|prompt|confirm)\s*[(`]\s*(?:\d|['"/`]|document|string|xss|\w+\)|\))/,
    ],
    [
      "document",
      6,
      /\bdocument\s*(?:\.|\[)\s*['"]?(?:cookie|write\w*|location|domain|url|referrer|body|getelement|createelement|execcommand)/,
    ],
    [
      "window",
      6,
      /\b(?:window|self|top|parent|frames|this)\s*(?:\.|\[)\s*['"]?(?:location|name|open|eval|alert|onerror|document|atob|\w+['"]\s*\])/,
    ],
    ["assignment", 4, /\b(?:cookie|location|innerhtml|outerhtml|href|src|onerror)\s*=\s*['"`\w]/],
    [
      "evaluation",
      7,
      /\b(?:eval|settimeout|setinterval|execscript|atob|unescape|decodeuri\w*|import)\s*(?:\(|`)/,
    ],
    [
      "constructor",
      8,
      /\bconstructor\s*(?:\(|\[|\.constructor)|\bfunction\s*\(\s*['"`)]|\breflect\.\w|=>\s*[({]?\s*alert/,
    ],
    [
      "request-made",
      6,
      /\bxmlhttprequest\b|\bnew\s+(?:image|activexobject|websocket|function)\b|\bfetch\s*\(\s*['"`/]|\bnavigator\.\w/,
    ],
    [
      "style",
      8,
      /\bexpression\s*\(|expr\/\*.{0,60}\*\/ession|-moz-binding\b|\bbehaviou?r\s*:\s*url|@import\b\s*['"u]/,
    ],
    [
      "frame-document",
      8,
      /\bsrcdoc\s*=|\bformaction\s*=|\bxlink:href\s*=|\bdynsrc\s*=|\blowsrc\s*=|\bhttp-equiv\s*=/,
    ],
    ["other-charset", 10, /\+adw-|\+ad4-|\bcharset\s*=\s*['"]?utf-7/],
    ["old-entity", 8, /&\{[^}]{1,80}\}/],
    ["statement-behind-quote", 5, /^[^<]{0,80}['"`]\s*\)*\s*[;}+-]\s*(?:\/\/|\w+\s*[(.=[])/],
    ["comment-at-end", 3, /(?:\/\/|<!--|-->)\s*['"]?\s*$/],
    ["quote-at-start", 3, /^\s*(?:-?\d{0,6})?['"`>][^\w]/],
    ["character-codes", 8, /\bfromcharcode\b/],
    ["binding", 10, /-moz-binding\b/],
    ["prototype", 10, /\b__proto__\b|\bconstructor\W{1,4}prototype\b/],
  ]),
};
