import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { Sender } from "@/cli/replay/sender";
import { recordingServer } from "@/cli/test/recording-server";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

async function serverOf(...args: Parameters<typeof recordingServer>) {
  const server = await recordingServer(...args);
  endings.push(server.stop);
  return server;
}

function senderOf(options: ConstructorParameters<typeof Sender>[0]) {
  const sender = new Sender(options);
  endings.push(() => sender.close());
  return sender;
}

const get = (target: string) => ({ method: "GET", target, headers: { host: "site.example" } });

/** A port on which nobody listens, and a server that begins to listen there after a while. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}

describe("sending", () => {
  test("uses a connection again and again", async () => {
    const server = await serverOf();
    const sender = senderOf({ url: server.url, concurrency: 1 });
    for (let time = 0; time < 20; time++) expect(await sender.send(get(`/${time}`))).toEqual({ status: 200 });
    expect(server.connections()).toBe(1);
    expect(server.received.map(({ target }) => target)).toEqual(
      Array.from({ length: 20 }, (_, time) => `/${time}`),
    );
  });

  test("tells the answer's status, to CONNECT too, and follows no redirect", async () => {
    const server = await serverOf((_, response) => response.writeHead(307, { location: "/elsewhere" }).end());
    const sender = senderOf({ url: server.url, concurrency: 2 });
    expect(await sender.send(get("/"))).toEqual({ status: 307 });
    const tunnel = { method: "CONNECT", target: "example.org:443", headers: { host: "example.org:443" } };
    expect(await sender.send(tunnel)).toEqual({ status: 405 });
    expect(server.received).toHaveLength(2);
  });

  test("never repeats a request that went out, though no answer came", async () => {
    const server = await serverOf((request, response) => {
      if (request.url === "/reset") request.socket.destroy();
      else if (request.url === "/half")
        response.writeHead(200, { "content-length": 10 }).write("half", () => request.socket.destroy());
      else if (request.url !== "/silent") response.end();
    });
    const sender = senderOf({ url: server.url, concurrency: 1, answerWaitMs: 200 });
    await sender.send(get("/first"));
    expect(await sender.send(get("/reset"))).toEqual({ noAnswer: "ECONNRESET" });
    expect(await sender.send(get("/silent"))).toEqual({ noAnswer: "nothing within 0.2 s" });
    expect(await sender.send(get("/half"))).toEqual({ status: 200 });
    expect(server.received.map(({ target }) => target)).toEqual(["/first", "/reset", "/silent", "/half"]);
  });

  test("tries again while nobody takes the connection, and gives up with a sentence", async () => {
    const port = await freePort();
    const url = new URL(`http://127.0.0.1:${port}`);
    const sender = senderOf({ url, concurrency: 1, refusedWaitMs: 10_000 });
    const answer = sender.send(get("/early"));
    let received = 0;
    const late = createServer((socket) => {
      socket.once("data", () => {
        received++;
        socket.end("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
      });
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await new Promise<void>((resolve) => late.listen(port, "127.0.0.1", resolve));
    expect(await answer).toEqual({ status: 204 });
    expect(received).toBe(1);
    await new Promise((resolve) => late.close(resolve));
    const patient = senderOf({ url, concurrency: 1, refusedWaitMs: 0 });
    await expect(patient.send(get("/"))).rejects.toThrow("takes no connections any more (ECONNREFUSED)");
  });

  test("says of what cannot be written as HTTP that it cannot, and sends nothing of it", async () => {
    const server = await serverOf();
    const sender = senderOf({ url: server.url, concurrency: 1 });
    expect(await sender.send({ ...get("/"), headers: { "user-agent": "a\nb" } })).toHaveProperty(
      "unsendable",
    );
    expect(await sender.send(get("/a b"))).toHaveProperty("unsendable");
    expect(server.received).toEqual([]);
  });
});
