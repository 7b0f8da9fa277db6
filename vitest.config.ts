import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)) } },
  test: {
    include: ["{lib,db,inngest,services,cli,app,components,bench}/**/*.test.{ts,tsx}", "*.test.ts"],
    globalSetup: "services/test/global-setup.ts",
    testTimeout: 20_000,
    hookTimeout: 120_000,
  },
});
