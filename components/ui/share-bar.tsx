/** A bar for a share of a whole, with the refused part of it at its end. Drawn as SVG: its width needs no style attribute. */
export function ShareBar({ share, refusedShare }: { share: number; refusedShare: number }) {
  const percent = (value: number) => `${Math.max(0, Math.min(1, value)) * 100}%`;
  return (
    <svg
      aria-hidden="true"
      className="block h-1 w-full overflow-hidden rounded-full"
      preserveAspectRatio="none"
    >
      <title>Share</title>
      <rect width="100%" height="100%" fill="var(--sunken)" />
      <rect width={percent(share)} height="100%" fill="var(--allowed-fill)" />
      <rect
        x={percent(share - refusedShare)}
        width={percent(refusedShare)}
        height="100%"
        fill="var(--blocked-fill)"
      />
    </svg>
  );
}
