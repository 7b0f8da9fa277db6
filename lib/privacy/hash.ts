import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { formatIp, formatRange, type Ip, subnetOf } from "@/lib/ip";

/** Hex digits of a visitor's hash: HMAC-SHA-256 cut to 128 bits, as RFC 2104 section 5 allows. */
export const HASH_HEX_LENGTH = 32;

type Keyed = { clone(): Keyed; update(data: Uint8Array): Keyed; digest(): Uint8Array };
let keyed: { key: string; mac: Keyed } | null = null;

// Preparing the key costs as much as the hash itself; a process has one key.
function macOf(key: string): Keyed {
  if (keyed?.key !== key) keyed = { key, mac: hmac.create(sha256, utf8ToBytes(key)) };
  return keyed.mac.clone();
}

/** A keyed hash of any text, 32 hex digits: for keys of the edge store that must not show what they count. */
export function hashText(text: string, key: string): string {
  const digest = macOf(key).update(utf8ToBytes(text)).digest();
  return bytesToHex(digest.subarray(0, HASH_HEX_LENGTH / 2));
}

/**
 * The pseudonym under which a visitor is counted and examined: of the address, of IPv6 the /64, in which one subscriber
 * can change addresses with every request.
 */
export function visitorHash(ip: Ip, key: string): string {
  return hashSubnet(ip, key) ?? hashIp(ip, key);
}

/** The pseudonym of one address: HMAC-SHA-256 of its canonical form. */
export function hashIp(ip: Ip, key: string): string {
  return hashText(formatIp(ip), key);
}

/** The pseudonym of an IPv6 address' /64; null for IPv4. */
export function hashSubnet(ip: Ip, key: string): string | null {
  const subnet = subnetOf(ip);
  return subnet && hashText(formatRange(subnet), key);
}

export function isVisitorHash(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}
