/** Addresses and ranges: the one door to `lib/ip/`. */
export { classifyIp, type IpClass, isPublicIp } from "@/lib/ip/classify";
export { canonicalIp, formatIp } from "@/lib/ip/format";
export { type Ip, parseIp, parseIpBetween } from "@/lib/ip/parse";
export {
  bitsOf,
  compareIp,
  formatRange,
  type IpRange,
  ipRange,
  isSingle,
  limitKeyOf,
  maskIp,
  networkOf,
  parseRange,
  rangeContains,
  subnetOf,
} from "@/lib/ip/range";
