import { createServer } from "node:http";
import { z } from "zod";

// The least that refuses: a server of Node.js that answers 403 whatever it is asked, with headers and a body that it is
// given: `node --import tsx bench/bare-refusal.ts JSON`. Tells its port when it listens, and ends with who started it.

const refusal = z.object({ headers: z.record(z.string(), z.string()), body: z.string() });
const { headers, body } = refusal.parse(JSON.parse(process.argv[2] ?? ""));

const server = createServer((_, response) => {
  response.writeHead(403, headers);
  response.end(body);
});
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  console.log(`listening on ${typeof address === "object" && address ? address.port : ""}`);
});
process.on("disconnect", () => process.exit(0));
