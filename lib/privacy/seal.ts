import { toBase64 } from "@/lib/base64";

const VERSION = "v1";
const IV_BYTES = 12;

const keys = new Map<string, Promise<CryptoKey>>();

// The secret is hashed to 256 bits, so that a secret of any length serves as an AES key.
function aesKey(secret: string): Promise<CryptoKey> {
  let key = keys.get(secret);
  if (!key) {
    if (keys.size > 8) keys.clear();
    key = crypto.subtle
      .digest("SHA-256", new TextEncoder().encode(secret))
      .then((bits) => crypto.subtle.importKey("raw", bits, "AES-GCM", false, ["encrypt", "decrypt"]));
    keys.set(secret, key);
  }
  return key;
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

/** Encrypts a text by AES-256-GCM; `label` is authenticated beside it and must be given again to open it. */
export async function seal(text: string, secret: string, label: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const additionalData = new TextEncoder().encode(label);
  const key = await aesKey(secret);
  const data = new TextEncoder().encode(text);
  const sealed = new Uint8Array(
    await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData }, key, data),
  );
  const out = new Uint8Array(IV_BYTES + sealed.length);
  out.set(iv);
  out.set(sealed, IV_BYTES);
  return `${VERSION}.${toBase64(out)}`;
}

/** The text that was sealed, or null where the secret, the label or a bit of it is not the same. */
export async function unseal(sealed: string, secret: string, label: string): Promise<string | null> {
  if (!sealed.startsWith(`${VERSION}.`)) return null;
  try {
    const bytes = fromBase64(sealed.slice(VERSION.length + 1));
    const iv = bytes.subarray(0, IV_BYTES);
    const additionalData = new TextEncoder().encode(label);
    const key = await aesKey(secret);
    const plain = await crypto.subtle.decrypt(
      { name: "AES-GCM", iv, additionalData },
      key,
      bytes.subarray(IV_BYTES),
    );
    return new TextDecoder().decode(plain);
  } catch {
    return null;
  }
}
