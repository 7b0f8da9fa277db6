import type { NextConfig } from "next";

const config: NextConfig = {
  poweredByHeader: false,
  skipTrailingSlashRedirect: true,
  serverExternalPackages: ["postgres", "@node-rs/argon2", "@maxmind/geoip2-node", "maxmind"],
};

export default config;
