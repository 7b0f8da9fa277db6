import { hashText } from "@/lib/privacy/hash";

const tokens = new Map<string, string>();

/** A token that only holders of the secret can make, one for each purpose. */
export function secretToken(purpose: string, secret: string): string {
  const name = `${purpose}\n${secret}`;
  let token = tokens.get(name);
  if (!token) {
    if (tokens.size >= 16) tokens.clear();
    token = hashText(`gatehouse ${purpose}`, secret);
    tokens.set(name, token);
  }
  return token;
}

/** Compares in a time that does not tell how much of the text was right. */
export function isSameToken(text: string, token: string): boolean {
  let difference = text.length ^ token.length;
  for (let at = 0; at < token.length; at++) difference |= text.charCodeAt(at) ^ token.charCodeAt(at);
  return difference === 0;
}
