// The streams of a page as its browser sees them, and what happens to the page that holds them.
import type { BrowserContext, Page, Request } from "@playwright/test";

export type Frame = { event: string; id: string; data: any };

/** Watches the streams of the pages that a tab shows from now on. */
export class Streams {
  /** The addresses that streams were asked for at, in order. */
  readonly asked: URL[] = [];
  /** What came by them, in order. */
  readonly frames: Frame[] = [];
  private ongoing = new Set<Request>();

  private constructor() {}

  /** Leaves the page that the tab shows: a stream of that would be none of those to watch. */
  static async of(page: Page): Promise<Streams> {
    await page.goto("about:blank");
    const streams = new Streams();
    page.on("request", (request) => streams.begin(request));
    page.on("requestfailed", (request) => streams.ongoing.delete(request));
    page.on("requestfinished", (request) => streams.ongoing.delete(request));
    const browser = await page.context().newCDPSession(page);
    browser.on("Network.eventSourceMessageReceived", ({ eventName, eventId, data }) =>
      streams.frames.push({ event: eventName, id: eventId, data: JSON.parse(data) }));
    await browser.send("Network.enable");
    return streams;
  }

  private begin(request: Request): void {
    const address = new URL(request.url());
    if (address.pathname !== "/api/v1/sse") return;
    this.asked.push(address);
    this.ongoing.add(request);
  }

  get open(): number {
    return this.ongoing.size;
  }

  /** What came of one type. */
  of(event: string): Frame[] {
    return this.frames.filter((frame) => frame.event === event);
  }
}

/** Tells a page that it is hidden or seen, as its browser would. */
export async function setVisibility(page: Page, state: "hidden" | "visible"): Promise<void> {
  await page.evaluate((state) => {
    Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
    Object.defineProperty(document, "hidden", { configurable: true, get: () => state === "hidden" });
    document.dispatchEvent(new Event("visibilitychange"));
  }, state);
}

/**
 * Gives the pages of a browser a clock that shows five past two in the afternoon, and takes chance out of their waits.
 * To be called before they are opened; [`stopClock`] then lets time pass only when the test says so.
 */
export async function setClock(context: BrowserContext): Promise<void> {
  await context.clock.install({ time: new Date("2026-03-02T14:05:00") });
  await context.addInitScript(() => (Math.random = () => 0));
}

export async function stopClock(page: Page): Promise<void> {
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1000);
}
