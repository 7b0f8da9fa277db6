import { createServer } from "node:net";

const LOOPBACK = "127.0.0.1";

function listenOnce(port: number, host = LOOPBACK): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : port));
    });
  });
}

/** A TCP port of the loopback interface that nobody listens on at this moment. */
export function freePort(): Promise<number> {
  return listenOnce(0, LOOPBACK);
}

/** Whether nobody listens on a TCP port of this host, the loopback interface unless named. */
export function isPortFree(port: number, host?: string): Promise<boolean> {
  return listenOnce(port, host).then(
    () => true,
    // Another error, such as a missing right, is for whoever listens there in earnest to report.
    (error: NodeJS.ErrnoException) => error.code !== "EADDRINUSE",
  );
}
