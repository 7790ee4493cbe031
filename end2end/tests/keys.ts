// Shortcuts, as tests use them.
import type { Page } from "@playwright/test";

/** Keys come after the page: the sheet that one of them opens is there once they are. */
export async function keysAreHere(page: Page): Promise<void> {
  await page.locator("dialog[aria-label='Keyboard shortcuts']").waitFor({ state: "attached" });
}
