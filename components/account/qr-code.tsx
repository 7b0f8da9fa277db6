import type { QrPath } from "@/components/account/account-actions";

/** A QR code as an inline SVG: dark on light in either theme, because not every camera reads the inverse. */
export function QrCode({ qr, label }: { qr: QrPath; label: string }) {
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${qr.size} ${qr.size}`}
      shapeRendering="crispEdges"
      className="size-48 shrink-0 rounded-md border border-line bg-white"
    >
      <path d={qr.path} className="fill-black" />
    </svg>
  );
}
