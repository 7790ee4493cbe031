// What a screen reader would tell of a page while the focus is elsewhere: what its live regions come to say, in order.
import type { Page } from "@playwright/test";

export class Heard {
  private readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Listens to the document that the page shows now. */
  static async of(page: Page): Promise<Heard> {
    await page.evaluate(() => {
      const heard: string[] = [];
      Object.assign(window, { heard });
      const live = "[role=status], [role=alert], [role=log], [aria-live=polite], [aria-live=assertive]";
      const note = (region: Element) => {
        const text = region.textContent!.replace(/\s+/g, " ").trim();
        if (text && region.checkVisibility() && heard.at(-1) !== text) heard.push(text);
      };
      new MutationObserver((changes) => {
        const fresh = changes.flatMap((change) => [...change.addedNodes]).filter((node) => node instanceof Element);
        const regions = new Set<Element>();
        for (const { target } of changes) {
          const region = (target instanceof Element ? target : target.parentElement)?.closest("[role=status], [role=alert], [aria-live]");
          // A region that comes with its words is not told of; only an alert is.
          if (region?.matches(live) && !fresh.some((node) => node.contains(region))) regions.add(region);
        }
        for (const node of fresh) {
          if (!node.isConnected) continue;
          if (node.matches("[role=alert]")) regions.add(node);
          for (const alert of node.querySelectorAll("[role=alert]")) regions.add(alert);
        }
        for (const region of regions) note(region);
      }).observe(document.body, { childList: true, characterData: true, subtree: true });
    });
    return new Heard(page);
  }

  all(): Promise<string[]> {
    return this.page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  }
}
