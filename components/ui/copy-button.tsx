"use client";

import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { toast } from "sonner";

const SHOWN_MS = 1500;

/** Copies a text, and says so in its place. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), SHOWN_MS);
    } catch {
      // Browsers give the clipboard to pages over HTTPS and on this machine only.
      toast.error("The browser does not let this page copy.", { description: text });
    }
  };
  const Icon = isCopied ? Check : Copy;
  return (
    <button
      type="button"
      onClick={copy}
      title={label}
      className="inline-flex size-6 items-center justify-center rounded text-faint hover:bg-sunken hover:text-ink"
    >
      <Icon className="size-3.5" aria-hidden="true" />
      <span className="sr-only">{isCopied ? "Copied" : label}</span>
    </button>
  );
}
