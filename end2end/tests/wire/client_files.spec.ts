// The client's files as browsers and proxies get them: packed as each likes it, kept for good, and the same in each form.
import { get, type IncomingMessage } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect, test } from "../fixtures.ts";
import type { Server } from "../server.ts";

type Answer = { status: number; headers: IncomingMessage["headers"]; body: Buffer };

/** Asks for a file with exactly these headers: `fetch` adds its own and unpacks what it gets. */
function read(url: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get(url, { headers }, async (response) => {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part);
      resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(parts) });
    }).on("error", reject);
  });
}

/** The addresses of the client's files that a page names. */
async function files(server: Server): Promise<string[]> {
  const response = await fetch(`${server.url}/projects`, { headers: { authorization: `Bearer ${server.token}` } });
  const page = await response.text();
  const names = new Set(page.match(/\/client\/[\w.-]+\.(?:js|wasm|css|svg)/g));
  return [...names].map((name) => server.url + name);
}

test("each file of the client comes packed with brotli or gzip, or as it is, and is the same each way", async ({ server }) => {
  const addresses = await files(server);
  for (const kind of [".js", "_bg.wasm", ".css", ".svg"]) expect(addresses.some((it) => it.endsWith(kind)), kind).toBe(true);
  for (const address of addresses) {
    const plain = await read(address, {});
    const brotli = await read(address, { "accept-encoding": "gzip, deflate, br, zstd" });
    const gzip = await read(address, { "accept-encoding": "gzip, deflate" });
    expect([plain, brotli, gzip].map((it) => it.headers["content-encoding"])).toEqual([undefined, "br", "gzip"]);
    expect(brotliDecompressSync(brotli.body).equals(plain.body), address).toBe(true);
    expect(gunzipSync(gzip.body).equals(plain.body), address).toBe(true);
  }
});

test("a file of the client is kept for good, and one that is kept is not sent again", async ({ server }) => {
  const [address] = await files(server);
  const { headers } = await read(address!, { "accept-encoding": "br" });
  expect(headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  expect(headers.vary).toBe("accept-encoding");
  expect(headers["x-content-type-options"]).toBe("nosniff");
  const again = await read(address!, { "accept-encoding": "br", "if-none-match": `"other", ${headers.etag}` });
  expect([again.status, again.body.length]).toEqual([304, 0]);
  expect((await read(`${server.url}/client/no-such-file.js`, {})).status).toBe(404);
});
