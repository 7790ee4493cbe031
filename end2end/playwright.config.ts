// Browser tests against the real binary: each test starts its own server, on its own data folder and port.
import { execFileSync } from "node:child_process";
import { defineConfig, devices } from "@playwright/test";

const browser = process.env.MAINSTAY_BROWSER
  ?? execFileSync("../scripts/browser.sh", { encoding: "utf8", cwd: import.meta.dirname }).trim();

export default defineConfig({
  testDir: "tests",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: !!process.env.CI,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    viewport: { width: 1440, height: 900 },
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: browser,
      args: [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync",
      ],
    },
  },
  projects: [
    { name: "wire", testMatch: /wire\/.*\.spec\.ts/ },
    { name: "script on", testMatch: /(pages|read)\/.*\.spec\.ts/ },
    { name: "script off", testMatch: /read\/.*\.spec\.ts/, use: { javaScriptEnabled: false } },
    { name: "phone", testMatch: /phone\/.*\.spec\.ts/, use: { viewport: { width: 375, height: 760 }, hasTouch: true } },
  ],
});
