import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { formatIp, formatRange, type Ip, subnetOf } from "@/lib/ip";

/** Hex digits of a visitor's hash: HMAC-SHA-256 cut to 128 bits, as RFC 2104 section 5 allows. */
export const HASH_HEX_LENGTH = 32;

const digest = new Uint8Array(32);
const digestView = new DataView(digest.buffer);
let keyed: { key: string; fill: (data: Uint8Array) => void } | null = null;

/** The whole HMAC, in one buffer that the next call overwrites. */
function digestOf(text: string, key: string): Uint8Array {
  if (keyed?.key !== key) keyed = { key, fill: macOf(key) };
  keyed.fill(utf8ToBytes(text));
  return digest;
}

// Preparing the key costs as much as the hash itself, and so do copies: a process has one key and one place to work in.
function macOf(key: string): (data: Uint8Array) => void {
  const mac = hmac.create(sha256, utf8ToBytes(key));
  const used = mac.clone();
  return (data) => {
    mac._cloneInto(used);
    used.update(data).digestInto(digest);
  };
}

/** A keyed hash of any text, 32 hex digits: for keys of the edge store that must not show what they count. */
export function hashText(text: string, key: string): string {
  return bytesToHex(digestOf(text, key).subarray(0, HASH_HEX_LENGTH / 2));
}

/** The 128 bits of `hashText` as four words, the first digits first. */
export type HashWords = readonly [number, number, number, number];

function hashTextWords(text: string, key: string): HashWords {
  digestOf(text, key);
  return [
    digestView.getUint32(0),
    digestView.getUint32(4),
    digestView.getUint32(8),
    digestView.getUint32(12),
  ];
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

/** `hashIp` as words, for a lookup. */
export function hashIpWords(ip: Ip, key: string): HashWords {
  return hashTextWords(formatIp(ip), key);
}

/** `hashSubnet` as words, for a lookup. */
export function hashSubnetWords(ip: Ip, key: string): HashWords | null {
  const subnet = subnetOf(ip);
  return subnet && hashTextWords(formatRange(subnet), key);
}

/** The words of a hash that is written in hex digits. */
export function hashWords(hash: string): HashWords {
  return [wordOf(hash, 0), wordOf(hash, 8), wordOf(hash, 16), wordOf(hash, 24)];
}

function wordOf(hash: string, start: number): number {
  let word = 0;
  for (let at = start; at < start + 8; at++) {
    const code = hash.charCodeAt(at);
    word = (word << 4) | (code <= 57 ? code - 48 : code - 87);
  }
  return word >>> 0;
}

export function isVisitorHash(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}
