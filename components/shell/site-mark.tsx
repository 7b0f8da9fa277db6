/** The gate: the product's sign. */
export function SiteMark({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" strokeLinecap="round" className={className} aria-hidden="true">
      <title>Gate</title>
      <path d="M4 20.5V11a8 8 0 0 1 16 0v9.5" stroke="currentColor" strokeWidth="2" />
      <path d="M9.2 20.5v-8.6M14.8 20.5v-8.6" stroke="var(--allowed)" strokeWidth="2" />
    </svg>
  );
}
