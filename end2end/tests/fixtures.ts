// What each browser test gets: a server of its own, and a page that fails the test on anything in its console.
import { test as base, expect, type Page } from "@playwright/test";
import { Server } from "./server.ts";

export { expect };
export type { Board, BoardState, Card } from "./server.ts";

type Fixtures = {
  server: Server;
  /** Console lines that this test brings about on purpose (a killed server is one). */
  expectedInConsole: { allow: (pattern: RegExp) => void; watch: (page: Page) => void };
};

export const test = base.extend<Fixtures>({
  server: async ({}, use, info) => {
    const server = new Server();
    await server.start();
    await use(server);
    if (info.status !== info.expectedStatus) {
      await info.attach("server log", { body: server.stderr, contentType: "text/plain" });
    }
    await server.dispose();
  },

  expectedInConsole: async ({}, use) => {
    const allowed: RegExp[] = [];
    const lines: string[] = [];
    await use({
      allow: (pattern) => allowed.push(pattern),
      watch: (page) => {
        page.on("console", (message) => {
          if (["error", "warning"].includes(message.type())) lines.push(`${message.type()}: ${message.text()}`);
        });
        page.on("pageerror", (error) => lines.push(`uncaught: ${error.message}`));
      },
    });
    expect(lines.filter((line) => !allowed.some((pattern) => pattern.test(line)))).toEqual([]);
  },

  // Needs the server so that the page goes first: a server that ends under a page is a line in its console.
  page: async ({ page, server: _, expectedInConsole }, use) => {
    expectedInConsole.watch(page);
    await use(page);
    await page.close();
  },
});

/** Follows the sign-in link and waits until the page is there. */
export async function arrive(page: Page, server: Server): Promise<void> {
  await page.goto(server.link);
  await expect(page).not.toHaveURL(/code=/);
}

/** Signs the browser in without a page: most tests begin on another one than the link leads to. */
export async function signIn(page: Page, server: Server): Promise<void> {
  const answer = await page.request.get(server.link, { maxRedirects: 0 });
  expect(answer.status()).toBe(303);
}

/** The browser's own lines about a server that is down. */
export const serverIsDown = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONTENT_LENGTH_MISMATCH|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED|Failed to fetch/;
