/**
 * Scanners that name themselves and that lib/user-agent does not know as such: attack tools and internet-wide research
 * scans, from the tools' own documentation and the projects' web pages. Parts of the lower-case user agent. Ordinary
 * HTTP libraries, feed readers, uptime and SEO services are none.
 */
export const SCANNER_MARKS: readonly string[] = `
  jaeles, xspider, wapiti, whisker, webshag, webscarab, ratproxy, n-stealth, n-stalker, sitescanner,
  fimap, uniscan, sqlbrute, sqlpower, bsqlbf, bbqsql, jbrofuzz, pangolin, thc-hydra, patator, msfconsole,
  meterpreter, joomscan, cmsmap, droopescan, vbscan, dirbpy, webslayer, kiterunner, rustbuster, wpbullet,
  plecost, zenmap, golismero, vulnx, pocsuite, webvulnscan, webcruiser, burpsuite, burp suite,
  portswigger, interactsh, intruder.io, probely, crashtest, nexpose, insightvm, tenable, greenbone,
  appspider, cgichk, cgi scanner, nsauditor, springenwerk, inspath, datacha0s, dotdotpwn, internet ninja,
  zollard, mysqloit, safexplorer, fhscan, s.t.a.l.k.e.r, gootkit, prog.customcrawler, black widow,
  blackwidow, mama casper, mama cyber, kmccrew, casper bot, struts-pwn, jndi:, fuzz faster, fuff/, naabu,
  subfinder, hakrawler, gospider, waybackurls, l9scan, gobyscan, yakit, afrog, tsunamisecurityscanner,
  ivre-masscan, robertdavidgraham, zmap, httpx - open-source project, scanbot, vulnerability scan,
  security scanner, shellshock, owasp zap, zaproxy, expanse, cortex xpanse, cortex-xpanse,
  internetmeasurement, internet measurement, shadowserver, binaryedge, rwth-aachen, researchscan,
  research scan, internet-census, internetcensus, stretchoid, alphastrike, alpha strike, criminalip,
  criminal ip, driftnet, internettl, bitsight, cyberresilience, netcraftsurveyagent, paloaltonetworks,
  odin; https://docs.getodin.com, getodin, hunter.how, zoomeye, recyber, infrawatch, gdnplus, netlab360,
  scan4all, tchelebi, xpanse, nmap, masscan, censys, project-resonance, pentest-tools, paros/, dirb/,
  metasploit, custom-asynchttpclient, zgrab, nikto, sqlmap
`
  .trim()
  .split(/,\s+/);
