/** Runs once when a server process of Next.js starts. */
export function register(): void {
  const isBehindDoor = Boolean(process.env.GATEHOUSE_DOOR);
  const isPlatform = Boolean(process.env.VERCEL) || (process.env.TRUSTED_PLATFORM ?? "none") !== "none";
  if (process.env.NEXT_RUNTIME !== "nodejs" || isBehindDoor || isPlatform) return;
  console.warn(
    "Gatehouse runs by `next start` alone, which cannot know who connects: without a proxy in front that sets the " +
      "X-Forwarded-For header, visitors choose their own address. Start it with `npm start`, or put a proxy in front.",
  );
}
