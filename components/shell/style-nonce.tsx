"use client";

import { useEffect } from "react";

declare global {
  /** Where libraries that put styles into a page look for its nonce (get-nonce, which Radix's dialogs use). */
  var __webpack_nonce__: string | undefined;
}

/** Lends the nonce of this page's scripts to the styles that dialogs put into it, which the page's policy demands. */
export function StyleNonce() {
  useEffect(() => {
    globalThis.__webpack_nonce__ = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce;
  }, []);
  return null;
}
