import { type TokenClass, tokens } from "@/lib/detection/signals/tokens";

/**
 * SQL in a parameter. Written from the grammar of MySQL, PostgreSQL, SQL Server, Oracle, SQLite, Firebird and DB2 and
 * from the OWASP testing guide (WSTG-INPV-05): what closes a literal, changes a condition, adds a statement or waits.
 */
export const SQL_TOKENS: TokenClass = {
  id: "sql-injection",
  gate: /['"`;#()*=<>|]|--|\b(?:select|union|order|group|waitfor|and|or|where|having|into|procedure|from)\b/,
  tokens: tokens([
    // A second result set, a subquery.
    [
      "union-select",
      10,
      /\bunion[\s(]+(?:(?:all|distinct)[\s(]+)?select[\s(]+(?:all\s|distinct\s)?(?:null|[-+]?\d|['"@*(]|char|chr|concat|0x|\w+\s*(?:\(|,)|.{1,200}\bfrom\b)/,
    ],
    ["union-all-select", 10, /\bunion[\s(]+(?:all|distinct)[\s(]+select\b/],
    ["union-select-words", 5, /\bunion[\s(]+select\b/],
    ["select-from", 5, /\bselect\b.{1,200}\bfrom\s+[\w."`[(]/],
    ["select-star", 5, /\bselect\s*(?:\*|count\s*\(|@@|top\s+\d|distinct\s)/],
    ["select-function", 5, /\bselect\s+\w+\s*\(/],
    ["subquery", 7, /[=+|(,<>-]\s*\(+\s*select\b|\b(?:in|like|exists|and|or|not|by)\s*\(+\s*select\b/],
    ["subquery-joined", 10, /(?:\|\||['"]\s*[+-])\s*\(*\s*select\b/],
    ["case-when", 6, /\bcase\b.{0,40}\bwhen\b.{1,80}\bthen\b/],
    ["if-select", 5, /\b(?:if|iif|elt|make_set|exp|nvl)\s*\(+\s*(?:\(?select\b|\d+\s*[=<>])/],
    // A condition that is always true or always false.
    [
      "number-compared",
      10,
      /(?:\b(?:or|and|xor|where|having|when|div|mod|rlike|regexp|not)\b|\|\||&&)[\s('"]*(?:not[\s(]+)?[-+~]?\d+['"\s)]*(?:=|<=>|<>|!=|[<>]=?|\bis\b|\bin\s*\(|\blike\b|\bbetween\b)[\s('"]*[-+~]?(?:\d|null|true|false|\w+\s*\(|\(*select)/,
    ],
    [
      "condition-in-function",
      10,
      /\b(?:iif|if|elt|make_set|nvl2?|decode|choose)\s*\(+\s*['"]?\d+['"]?\s*(?:=|<>|[<>])\s*['"]?\d/,
    ],
    [
      "literal-compared",
      10,
      /(?:\b(?:or|and|xor|where|having)\b|\|\||&&)[\s(]*(?:not[\s(]+)?(['"])[^'"]{0,40}['"]\s*\)*\s*(?:=|<>|!=|[<>]|\blike\b|\bis\b|\bin\b|\brlike\b|\bbetween\b)/,
    ],
    ["half-literal", 7, /['"]\s*\)*\s*(?:=|\blike\b|<>|!=)\s*\(*['"](?:[%\w]{0,40}$|[%\w]{0,40}['"])/],
    [
      "condition-behind-quote",
      6,
      /['"`]\s*\)*\s*(?:\b(?:or|and|xor|having|where|rlike)\b|\|\||&&)[\s(!~+-]*[\w'"(@]/,
    ],
    ["condition-true", 7, /['"`\d)]\s*(?:\b(?:or|and|xor)\b|\|\||&&)[\s(]*(?:true|false|null)\b/],
    ["operator-behind-quote", 6, /['"]\s*(?:\^|\*|\|\||div\b|mod\b|&|<<|>>|-)\s*['"(\d]/],
    [
      "word-compared",
      4,
      /\b(?:or|and)\s+[\w.]{1,30}\s*(?:=\s*['"\d]|\blike\s*['"]|\bis\s+(?:not\s+)?null\b)/,
    ],
    // The end of the statement that was meant.
    ["quote-comment", 10, /['"]\s?[);]{0,6}\s?(?:--(?:[\s+-]|\w{0,8}$)|\/\*|#\s*\w{0,8}$|;\s*%00)/],
    ["comment-at-end", 4, /(?:[\s)'"\d;](?:--|#)|;\s*--|\/\*)[\s+-]{0,12}\w{0,8}\s{0,12}$/],
    ["comment-inside", 5, /\w\/\*.{0,60}?\*\/\w|\/\*!\d{0,5}/],
    [
      "literal-closed",
      3,
      /^[^\s'"]{0,40}\s?['"`]+\s*(?:[);,+|&=-]|\b(?:or|and|union|order|group|having|where|in|like|procedure|waitfor)\b)/,
    ],
    [
      "parenthesis-closed",
      3,
      /^[\w%.-]{0,20}\s?['"`]?\s*\)+\s*(?:;|\b(?:or|and|union|order|group|having|where|as|procedure|waitfor)\b)/,
    ],
    [
      "number-then-clause",
      3,
      /^\s*-?\d+\s+(?:or|and|union|order|group|having|where|procedure|waitfor|rlike|in)\b/,
    ],
    // Another statement.
    [
      "statement-behind",
      8,
      /(?:['"`)\d]|^)\s*;\s*(?:select|insert|update|delete|drop|create|alter|exec(?:ute)?|declare|begin|call|shutdown|truncate|grant|merge|copy|set|waitfor|if|use|backup|load)\b\s*[\w@('"*]/,
    ],
    [
      "define-data",
      8,
      /\b(?:drop|alter|truncate|create)\s+(?:or\s+replace\s+)?(?:table|database|schema|function|procedure|user|login|alias|view)\s+[\w"`[.]/,
    ],
    ["insert-into", 8, /\binsert\s+into\s+[\w."`[\]]+\s*(?:\(|values|select)/],
    ["update-set", 7, /\bupdate\s+[\w."`[\]]+\s+set\s+[\w."`]+\s*=/],
    ["delete-from", 7, /\bdelete\s+from\s+[\w."`]+(?:\s+where\b|\s*;|\s*--|$)/],
    ["execute", 8, /\bexec(?:ute)?\b[\s(]+(?:immediate\b|master\b|xp_|sp_|\(|@)|\bdeclare\s+@\w+/],
    ["into-file", 10, /\binto\s+(?:out|dump)file\b|\bload\s+data\s+(?:local\s+)?infile\b|\bload_file\s*\(/],
    // What asks the server itself, or makes it wait.
    [
      "wait",
      10,
      /\b(?:sleep|pg_sleep(?:_for)?|benchmark|dbms_lock\.sleep|user_lock\.sleep|dbms_session\.sleep|randomblob)\s*\(\s*['"]?[\d(@]|\bwaitfor\s+(?:delay|time)\b/,
    ],
    ["wait-function", 6, /\b(?:sleep|benchmark|randomblob|get_lock)\s*\(/],
    [
      "server-function",
      10,
      /\b(?:xp_(?:cmdshell|dirtree|regread|fileexist)|sp_(?:oacreate|executesql|configure|password)|utl_(?:inaddr|http|file|smtp)|dbms_(?:pipe|xmlgen|ldap|utility|sql|java|xmlquery)|ctxsys\.|extractvalue\s*\(|updatexml\s*\(|xmltype\s*\(|regexp_substring\s*\(|procedure\s+analyse\s*\(|pg_read_file|lo_import|current_setting\s*\(|openrowset|opendatasource|json_keys\s*\(|gtid_subset\s*\()/,
    ],
    [
      "catalogue",
      10,
      /\binformation_schema\b|\bsys(?:objects|columns|users|databases|processes)\b|\bsysibm\b|\bpg_(?:catalog|user|shadow|database|tables)\b|\brdb\$|\bsqlite_(?:master|schema|version)\b|\bmsysaccessobjects\b|\ball_(?:tables|users|tab_columns)\b|\buser_tables\b|\bmysql\.(?:user|db|innodb)|@@(?:version|hostname|datadir|global|basedir)|\bv\$version\b|\bdomain\.(?:domains|tables|columns)\b/,
    ],
    ["dual", 4, /\bfrom\s+(?:dual|sysmaster|systables|mysql|users?|admins?|accounts?|members?)\b/],
    [
      "function",
      4,
      /\b(?:concat(?:_ws)?|group_concat|char|chr|nchar|substr(?:ing)?|mid|ascii|ord|hex|unhex|cast|convert|count|coalesce|ifnull|nullif|elt|make_set|floor|rand|upper|lower|char_length|length|version|database|current_user|system_user|session_user|user|user_name|db_name|schema|bin|conv|to_char|rpad|lpad|repeat|reverse|left|right|like|glob|unicode|string_agg|row_to_json|generate_series|isnull)\s*\(/,
    ],
    [
      "function-again",
      3,
      /\b(?:char|chr|concat|count|cast|convert|substr(?:ing)?|ascii|hex|md5|floor|elt)\s*\(.{0,80}\b(?:char|chr|select|count|cast|substr(?:ing)?|ascii|hex|md5|rand|version|database|user|\d)\b/,
    ],
    ["hexadecimal", 4, /\b0x[\da-f]{6,}/],
    ["nulls", 5, /\bnull\s*,\s*null\b/],
    ["number-list", 3, /\b\d+(?:\s*,\s*\d+){3}/],
    ["order-by-number", 7, /(?:['"`)\d%]|^)\s*\)*\s*(?:order|group)\s+by\s+\d+/],
    ["full-text-mode", 8, /\bin\s+boolean\s+mode\b/],
    ["strings-joined", 5, /['"]\s*\|\|\s*\(?|\|\|\s*['"]|\)\s*\|\|\s*\w+\s*\(/],
    ["dated-limit", 5, /\blimit\s+\d+\s*(?:,|offset)\s*\d+|\bhaving\s+\d/],
  ]),
};

/** Comments and runs of blanks as one blank; what MySQL executes inside a comment stays. */
export function flattenSql(text: string): string {
  if (!/\/\*|\s\s|[\t\n\r\v\f\u00a0]/.test(text)) return text;
  return text
    .replace(/\/\*!\d{0,5}([^*]{0,200})\*\//g, " $1 ")
    .replace(/\/\*[^*]{0,200}\*\//g, " ")
    .replace(/\s+/g, " ");
}
