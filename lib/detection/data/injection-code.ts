import { type TokenClass, tokens } from "@/lib/detection/signals/tokens";

/** Expressions of template engines and of Java's expression languages (OWASP WSTG-INPV-18, vendors' manuals). */
export const TEMPLATE_TOKENS: TokenClass = {
  id: "template-injection",
  gate: /[{(<@[]|__|java/,
  tokens: tokens([
    [
      "arithmetic",
      10,
      /(?:\{\{|\$\{|#\{|\*\{|@\{|%\{|@\(|<%=|\[\[)\s*['"(]?\s*\d+\s*['"]?\s*[*+/-]\s*['"]?\d+/,
    ],
    [
      "object",
      10,
      /\{\{[^{}]{0,160}(?:\bconfig\b|\bself\.|\brequest[.|[]|\bclass\b|__|constructor|\$on\b|popen|\bcycler\b|\bjoiner\b|\blipsum\b|\bnamespace\b|_self|\bthis\.|\bget_flashed|system\(|\|\s*(?:attr|filter|map|sort|reduce)\b)/,
    ],
    ["statement", 10, /\{%\s*(?:for|if|set|import|include|extends|print|debug|with|raw|call)\b/],
    [
      "expression",
      10,
      /[$#*%@]\{[^{}]{0,160}(?:\bt\(|\bnew\s+java|java\.|javax\.|\bclass\.forname|getruntime|getclass|processbuilder|\bscript:|\bdns:|\burl:|\bjndi|\benv:|\bsys:|\bctx:|\bbase64:|#(?:_memberaccess|context|request|response|a=|rt|cmd|dm|ognl)|applicationscope|sessionscope|facescontext|pagecontext)/,
    ],
    ["nested", 10, /\$\{[^${}]{0,60}\$\{|\$\{\s*(?:::|lower:|upper:)|\$\{j\S{0,20}n/],
    [
      "reflection",
      10,
      /__(?:class|globals|builtins|subclasses|mro|init|import|getattribute|base|reduce)__|\.getclass\s*\(|\bgetmethod\s*\(|\.forname\s*\(|freemarker\.template|\?new\(\)|<#assign\b|#set\s*\(\s*\$|\bstring_io\b/,
    ],
    [
      "java-runtime",
      10,
      /\bjava\.(?:lang|io|net|util|nio)\.\w+|\bjavax\.(?:script|naming|management|el)\b|\bcom\.sun\.\w|\borg\.(?:springframework|apache)\.[\w.]{1,80}(?:context|template|executor|invoker|processor)|\bprocessbuilder\b|\bruntime\W{1,3}getruntime\b/,
    ],
    ["ognl", 10, /\(#\w+\s*=|@java\.|#_memberaccess|@ognl\.|\bxwork\.|redirect(?:action)?:\s*[$%]\{/],
    ["razor", 10, /@\(\s*\d+\s*\*|@\{\s*var\b|<%\s*(?:=|@|response|eval|system|import|exec|runtime)/],
    [
      "node",
      10,
      /\brequire\s*\(\s*['"`](?:child_process|fs|http|net|os|vm|util)|\bprocess\.(?:binding|mainmodule|env|exit|kill)\b|\bglobal\.process\b|\bchild_process\b|\bexecsync\b|_\$\$nd_func\$\$_/,
    ],
    ["ruby", 10, /\bkernel\.\w+\s*\(|\bfile\.(?:open|read)\s*\(|\berb\.new\b|\bio\.popen\b|\bopen3\b/],
    [
      "deserialisation",
      10,
      /\bro0ab[a-z0-9+/]|\baced0005|\bo:\d{1,3}:["']|\ba:\d{1,3}:\{[isob]:|\baaeaaad\/{3}/,
    ],
  ]),
};

/** PHP code, and the stream wrappers that feed it (php.net manual: "Supported Protocols and Wrappers"). */
export const PHP_TOKENS: TokenClass = {
  id: "php-injection",
  gate: /[(<$:%]|allow_url|auto_prepend|disable_functions/,
  tokens: tokens([
    ["tag", 10, /<\?(?:php|=|\s|$)|\[\/?php\]|\{\/?php\}/],
    [
      "wrapper",
      10,
      /\b(?:php|phar|expect|zip|glob|ogg|rar|zlib|compress\.zlib|compress\.bzip2|ssh2(?:\.\w+)?):\/\/\S|\bdata:[\w/;=-]{0,40}(?:base64,|,\s*<\?)/,
    ],
    [
      "superglobal",
      10,
      /\$_(?:get|post|request|server|cookie|files|env|session)\b|\$globals\b|\$http_(?:raw_post|get|post|server|cookie)/,
    ],
    [
      "function",
      10,
      /\b(?:base64_decode|shell_exec|passthru|proc_open|pcntl_exec|popen|create_function|call_user_func(?:_array)?|file_put_contents|file_get_contents|move_uploaded_file|gzinflate|gzuncompress|str_rot13|php_uname|phpinfo|phpversion|getenv|putenv|ini_set|ini_get|error_reporting|set_time_limit|show_source|highlight_file|readfile|fsockopen|curl_exec|curl_init|posix_\w+|array_map|array_filter|usort|preg_replace_callback|unserialize|register_shutdown_function|get_defined_vars|getcwd|scandir|opendir|symlink|invokefunction)\s*(?:\/\*.{0,40}\*\/\s*)?\(/,
    ],
    [
      "function-with-text",
      10,
      /\b(?:system|exec|eval|assert|die|exit|include(?:_once)?|require(?:_once)?|print_r|var_dump|chr|print|echo|md5|fopen|fwrite|unlink|copy|rename|chmod|mkdir)\s*\(\s*(?:['"$@]|base64|chr|md5|gzinflate|hex2bin|strrev|\d{4,}|phpinfo)/,
    ],
    [
      "variable-function",
      8,
      /\$\w+\s*(?:\(|\[[^\]]{1,40}\]\s*\()\s*['"$]|\$\{?['"]?\w+['"]?\}?\s*=\s*['"\w].{0,80};/,
    ],
    [
      "directive",
      10,
      /\b(?:allow_url_(?:include|fopen)|auto_(?:prepend|append)_file|disable_functions|open_basedir|safe_mode|suhosin\.\w+|cgi\.force_redirect|cgi\.redirect_status_env|extension_dir)\s*(?:=|%3d|\s)/,
    ],
    ["print-mark", 6, /\b(?:echo|print)\s*\(?\s*['"]?\w{3,}['"]?\s*\)?\s*;/],
  ]),
};

/** Directory, XML and document queries; header splitting; requests made by the server; other schemes. */
export const OTHER_TOKENS: TokenClass = {
  id: "query-injection",
  gate: /[*()|&$:\r\n[/]|metadata/,
  tokens: tokens([
    [
      "ldap-filter",
      10,
      /\*?\)\s*\(\s*[|&!]?\s*\(?\s*[\w-]{1,40}\s*[~<>]?=|[|&]\s*\(\s*[\w-]{1,40}\s*=\s*\*?|\*\)\)?(?:%00|\u2400|\()|\(\s*[|&!]\s*\(/,
    ],
    [
      "xpath",
      10,
      /(?:'|"|\])\s*(?:\||or|and)\s*\/\/|\b(?:or|and)\s+(?:count|name|string-length|substring|position|local-name)\s*\(\s*\/?|\/\/\*\[|\/\/\w+\/text\(\)|\bparent::|\bchild::node\(\)|\bancestor::/,
    ],
    [
      "header-split",
      10,
      /[\r\n]\s*(?:set-cookie2?|location|content-(?:type|length|disposition|encoding)|refresh|status|x-[\w-]{2,40}|host|cookie|user-agent|transfer-encoding|connection|access-control-[\w-]+)\s*:/,
    ],
    [
      "response-split",
      10,
      /[\r\n]\s*(?:http\/[\d.]+\s+\d{3}|(?:get|post|head|put|delete|options)\s+\S+\s+http\/\d|<(?:html|script|!doctype))/,
    ],
    [
      "mail-header",
      10,
      /[\r\n]\s*(?:bcc|cc|to|from|subject|reply-to|mime-version)\s*:\s*\S|[\r\n]\s*(?:rcpt to|mail from|ehlo|data)\b/,
    ],
    [
      "metadata-service",
      10,
      /\b169\.254\.169\.254\b|\b169\.254\.170\.2\b|\b100\.100\.100\.200\b|\bmetadata\.(?:google\.internal|azure\.|tencentyun|packet\.net)|\b192\.0\.0\.192\b|\bfd00:ec2::254\b|\/latest\/(?:meta-data|user-data|dynamic)\b|\bcomputemetadata\/v1|\b2852039166\b|\b0xa9fea9fe\b|\binstance-data\b/,
    ],
    [
      "server-scheme",
      10,
      /(?:^|=|\burl[:=(])\s*['"]?(?:gopher|dict|ldaps?|rmi|tftp|sftp|jar|netdoc|smb|file|local_file|jdbc|iiop|nis|corba|dns|ws-man|imap|telnet):(?:\/\/|\/[a-z])/,
    ],
    [
      "own-address",
      10,
      /^(?:url:)?(?:https?|ftp|wss?):\/\/(?:[^/@\s]{0,60}@)?(?:localhost|127\.\d|0\.0\.0\.0|0x7f|0177\.|2130706433|\[::1?\]|\[::ffff:|\[0:0|0(?:[:/]|$)|10\.\d+\.\d+\.\d+|192\.168\.\d)/,
    ],
    [
      "remote-file",
      10,
      /^(?:url:)?(?:https?|ftps?):\/\/[^\s?]{3,200}\.(?:txt|php\d?|gif|jpe?g|dat|log|inc|asp|jsp)\?{1,3}$|^(?:https?|ftps?):\/\/[^\s?]{3,200}\?{1,3}$/,
    ],
    ["remote-address", 7, /^(?:url:)?(?:https?|ftps?):\/\/\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?::\d+)?\//],
    [
      "remote-script",
      4,
      /^(?:https?|ftps?):\/\/\S{3,200}\.(?:txt|php\d?|sh|pl|py|exe|asp|jsp|inc|cgi)(?:$|\?)/,
    ],
    [
      "document-operator",
      10,
      /\[\s*\$(?:ne|eq|gt|gte|lt|lte|in|nin|regex|where|exists|or|and|not|elemmatch|type|mod|size|all|expr|jsonschema)\s*\]|['"]?\$(?:ne|gt|gte|lt|lte|in|nin|regex|where|exists|or|and|elemmatch|function|expr)['"]?\s*:|\bthis\.\w+\s*(?:==|\.match\s*\()|['"]\s*\|\|\s*['"]?\w*['"]?\s*==\s*['"]?|\bdb\.\w+\.(?:find|insert|drop|remove|update)\w*\s*\(|\bdb\.(?:injection|getcollection|version)\b/,
    ],
    [
      "entity",
      10,
      /<!entity\b|\bxmlns:xi\s*=|<xi:include\b|<xsl:\w|\bsystem\s+['"](?:file|https?|ftp|expect):/,
    ],
  ]),
};
