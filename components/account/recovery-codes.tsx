"use client";

import { Download } from "lucide-react";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";

/** Recovery codes, the one time that they can be seen. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const text = `${codes.join("\n")}\n`;
  const download = () => {
    const address = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    const link = document.createElement("a");
    link.href = address;
    link.download = `${location.hostname}-recovery-codes.txt`;
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <div className="flex flex-col gap-4">
      <p className="text-pretty text-muted">
        If the phone is lost, each of these signs you in once instead of a code. Keep them apart from your
        password: they are shown only now.
      </p>
      <div className="relative rounded-md border border-line bg-sunken px-3 py-3">
        <ul aria-label="Recovery codes" className="grid grid-cols-2 gap-x-6 gap-y-1.5 pr-8 font-mono text-sm">
          {codes.map((code) => (
            <li key={code}>{code}</li>
          ))}
        </ul>
        <span className="absolute top-2 right-2">
          <CopyButton text={text} label="Copy the recovery codes" />
        </span>
      </div>
      <div className="flex justify-end gap-2 max-md:flex-col-reverse">
        <Button onClick={download}>
          <Download className="size-4" aria-hidden="true" />
          Save as a file
        </Button>
        <Button look="primary" onClick={onDone}>
          I have kept them
        </Button>
      </div>
    </div>
  );
}
