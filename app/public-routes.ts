/**
 * What anybody may ask for without a session, each with the reason; a test holds the build's own manifest against it.
 * Whatever is not in this list asks for the session itself.
 */
export const PUBLIC_ROUTES: Readonly<Record<string, string>> = {
  "/_not-found": "says that there is nothing; rendered at build time",
  "/_global-error": "says that something failed; rendered at build time",
  "/api/auth/[...nextauth]": "signs in and out; each of its actions asks for what it needs",
  "/api/health": "says whether this instance works; which part fails, only a signed-in user is told",
  "/api/inngest": "lets Inngest run the jobs: the SDK checks its signature",
  "/icon.svg": "the site's icon",
  "/ip-tracking/login": "signs in",
  "/ip-tracking/logout": "ends the session that the request brings, if any",
  "/ip-tracking/test-geo": "says where an address is; limited",
  "/sign-in": "the form to sign in by",
};
