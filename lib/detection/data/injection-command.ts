import { type TokenClass, tokens } from "@/lib/detection/signals/tokens";

/** Programs that an intruder runs first, on Unix and Windows, under names that nobody writes in a sentence. */
const PROGRAMS =
  "tac|ls|dir|pwd|whoami|uname|hostname|ifconfig|ipconfig|netstat|nslookup|ping6?|traceroute|wget|curl|tftp|ftpget|lynx|nc|ncat|netcat|telnet|bash|sh|zsh|ksh|csh|busybox|python[23]?|php|awk|sed|grep|printf|killall|pkill|rm|mv|cp|mkdir|chmod|chown|chattr|useradd|adduser|passwd|sudo|crontab|systemctl|systeminfo|tasklist|wmic|certutil|bitsadmin|powershell|pwsh|cmd|base64|xxd|od|nl|xargs|openssl|ssh|scp|sendmail|gunzip|unzip|gcc|iptables|df";
/** Those that are words, too: what follows has to look like a shell's. */
const WORDS =
  "cat|head|tail|less|more|id|who|w|dig|sleep|timeout|fetch|perl|ruby|node|find|echo|env|export|set|ps|top|kill|touch|su|service|net|reg|type|copy|del|sort|uniq|cut|tee|mail|tar|gzip|make|mount|du|free|date|uptime|last|history|alias|eval|exec|source|dash";
const START = "(?:[;|&`\\n]|\\$\\(|<\\(|>\\()\\s*['\"(]?\\s*(?:/?(?:usr/)?(?:local/)?s?bin/)?";
const ALONE_END = "(?:\\.exe)?\\s*(?:[;|&`)#\\n'\"]|$)";

/** Commands of a shell in a parameter. From the manuals of POSIX sh and cmd.exe and OWASP WSTG-INPV-12. */
export const COMMAND_TOKENS: TokenClass = {
  id: "command-injection",
  gate: /[;|&`$\n>/\\{]|\b(?:wget|curl|ping|cmd|powershell|busybox|chmod|rm|nc|dir|bash|sh|echo)\b/,
  tokens: tokens([
    [
      "program-with-argument",
      10,
      new RegExp(`${START}(?:${PROGRAMS})(?:\\.exe)?(?:\\s+|\\$\\{?ifs\\}?|<|\\{)[-/\\w.$'"%*{~\\\\<>|&@:]`),
    ],
    [
      "word-with-argument",
      10,
      new RegExp(
        `${START}(?:(?:${WORDS})(?:\\.exe)?(?:\\s*<\\s*/|\\$\\{?ifs|\\s+['"]?(?:-\\w|/(?:\\w|\\s|$)|\\$[\\w({@*]|~/|\\.{1,2}/|%\\w+%|[a-z]:\\\\|\\*|\\w+\\.\\w{2,4}\\b))|(?:sleep|timeout|kill)\\s+-?\\d|(?:echo|eval)\\s+['"]?\\w+['"]?\\s*(?:[|>&;)\`]|/|$))`,
      ),
    ],
    [
      "program-alone",
      10,
      new RegExp(
        `^[\\w.'")]{0,12}\\s*(?:;|\\|{1,2}|&{1,2}|\\n|\`|\\$\\()\\s*(?:/(?:usr/)?(?:local/)?s?bin/)?(?:${PROGRAMS})${ALONE_END}`,
      ),
    ],
    [
      "word-alone",
      10,
      // After a number or nothing at all, or with the signs that no sentence has.
      new RegExp(
        `(?:^[\\d.'"):]{0,15}\\s*(?:;|\\|{1,2}|&{1,2}|\\n)|^[\\w.'")/]{0,15}(?:;|\\|\\||&&|\`|\\$\\())\\s*(?:/?(?:usr/)?s?bin/)?(?:${WORDS})${ALONE_END}`,
      ),
    ],
    ["word-between", 10, /[;|]\s*(?:id|w|ps|env|set|cat)\s*(?:[|`]\s*$|;)/],
    [
      "program-enclosed",
      10,
      new RegExp(`(?:\`|\\$\\()\\s*(?:/(?:usr/)?s?bin/)?(?:${PROGRAMS}|${WORDS})\\b[^\`)$]{0,120}[\`)]`),
    ],
    [
      "file-shown",
      10,
      /^\s*(?:cat|tac|tail|head|less|more|nl|ls|type)\s+['"]?(?:-\w+\s+)?\/(?:etc|proc|var|root|home|usr|tmp)\b/,
    ],
    ["boolean-enclosed", 10, /`(?:true|false|id|whoami)`|\$\((?:true|false|id)\)/],
    ["program-path", 8, /(?:^|[\s;|&`'"(=:<])\/(?:usr\/)?(?:local\/)?s?bin\/[\w.-]{2,}/],
    ["program-path-run", 4, /[;|&`]\s*\/(?:usr\/)?(?:local\/)?s?bin\/[\w.-]{2,}|\/s?bin\/\w+\s+[-/\w]/],
    [
      "download",
      10,
      /\b(?:wget|curl|tftp|ftpget|lynx|fetch|certutil|bitsadmin)(?:\.exe)?(?:\s|\$\{?ifs\}?)+(?:[-/][^\s-]{0,30}\s+){0,4}['"]?(?:https?:|ftp:|\d+\.\d+\.\d+\.\d+|[\w.-]+\/)/,
    ],
    ["make-executable", 8, /\bchmod(?:\s|\$\{?ifs\}?)+(?:\+x|[0-7]{3,4}|[ugoa]\+)/],
    ["remove", 8, /\brm(?:\s|\$\{?ifs\}?)+-[rf]{1,3}\b/],
    ["change-directory", 6, /\bcd\s+\/(?:tmp|var|dev|root|mnt)\b/],
    ["blank-substitute", 10, /\$\{?ifs\}?|\{(?:cat|ls|wget|curl|id|echo|ping|nc|bash|sh),/],
    ["device", 10, /\/dev\/(?:tcp|udp)\/|>\s?\/dev\/null|2>&1|\bmkfifo\b/],
    [
      "netcat",
      8,
      /\b(?:nc|ncat|netcat)(?:\.exe)?\s+(?:-[a-z]+\s+){0,3}(?:-e|\d+\.\d+\.\d+\.\d+|[\w.-]+\s+\d{2,5})/,
    ],
    [
      "interactive-shell",
      10,
      /\b(?:bash|sh|zsh)\s+-[ic]\b|\bcmd(?:\.exe)?\s*\/[ckr]\b|\bpowershell(?:\.exe)?\s+-\w|\bpython[23]?\s+-c\b|\bperl\s+-e\b|\bphp\s+-r\b|\bruby\s+-e\b/,
    ],
    [
      "windows-program",
      8,
      /\bcmd\.exe\b|\bpowershell\.exe\b|\bwscript\.(?:shell|exe)\b|\bregsvr32\b|\brundll32\b|\bmshta\b/,
    ],
    ["list-drive", 10, /\bdir\s+[a-z]:|\btype\s+[a-z]:\\|\bnet\s+(?:user|localgroup|view)\b/],
    ["operator-alone", 3, /^\s*['"]?\s*(?:[;|&]|&&|\|\|)|(?:[;|&`])\s*['"]?\s*$/],
    ["ping", 10, /\bping6?\s+(?:-[a-z]\s*\d*\s+){1,4}['"]?[\w.:-]+/],
    ["decode", 8, /\bbase64\s+(?:-d|--decode|-w)\b|\becho\s+-n?e\b|\bxxd\s+-r\b/],
    ["busybox", 6, /\bbusybox\b/],
    ["piped-to-shell", 10, /\|\s*(?:\/bin\/)?(?:sudo\s+)?(?:ba|z|k|da)?sh\b\s*(?:$|[-;|&#<'"])/],
    ["function-shell", 10, /\(\s*\)\s*\{\s*(?::|_|[\w.]{1,20})?\s*;\s*\}/],
    [
      "split-word",
      7,
      /\/(?:b[?*]n|[?*]{1,3}n|e[?*]c|et[?*])\/[\w?*]+|\b(?:c['"\\]{1,2}at|c['"\\]{1,2}url|w['"\\]{1,2}get|wh['"\\]{1,2}oami|l['"\\]{1,2}s)\b/,
    ],
    ["positional", 5, /\$[@*]\w|\w\$[@*]|\$\{\w*[:#%/][^{}]{0,80}\}|\$\(\(.{1,20}\)\)/],
    ["account-file", 7, /\/etc\/(?:passwd|shadow|group|hosts|issue)\b/],
  ]),
};
