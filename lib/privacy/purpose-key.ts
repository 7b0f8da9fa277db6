import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

/** A key for one purpose, derived from a secret by HKDF-SHA-256 (RFC 5869): what it seals no other purpose opens. */
export function purposeKey(secret: string, purpose: string): string {
  return bytesToHex(hkdf(sha256, utf8ToBytes(secret), undefined, utf8ToBytes(purpose), 32));
}
