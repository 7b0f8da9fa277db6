import { config } from "zod";

// The policy of our pages lets nothing compile code in the browser: zod would try, and each attempt is a violation.
if ("document" in globalThis) config({ jitless: true });
