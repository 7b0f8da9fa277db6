import { startUpstash } from "@/services/upstash";

// The local Upstash endpoint in a process of its own, as the product runs it: a publisher that works hard must not hold up
// the answers to a door. Told the folder and the token, it answers with its address, and ends with the one who started it.

const [dataDir = "", token = ""] = process.argv.slice(2);
const upstash = await startUpstash({ dataDir, token });
process.on("disconnect", () => void upstash.stop().finally(() => process.exit(0)));
process.send?.(upstash.url);
