// A browser beside a release server, for a measurement of what a person sees.
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { inFolder, Server } from "./server.mjs";

const end2end = new URL("../end2end/", import.meta.url);

/** Runs a measurement with a server and a page that is signed in to it; both go afterwards. */
export async function inBrowser(binary, measure) {
  const { chromium } = createRequire(end2end)("@playwright/test");
  const executablePath = process.env.MAINSTAY_BROWSER ?? execFileSync(new URL("../scripts/browser.sh", import.meta.url).pathname, { encoding: "utf8" }).trim();
  return inFolder(async (home) => {
    const server = await Server.start(binary, home);
    const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"] });
    try {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await page.goto(server.link);
      return await measure(server, page);
    } finally {
      await browser.close();
      await server.stop();
    }
  });
}
