// Other people at work on a board, all at once, and what of it disturbs who reads or types.
import type { ElementHandle, Locator, Page } from "@playwright/test";
import type { Board, Server } from "./server.ts";

/** Others think a little, too: without that a page has time for nothing but them. */
const pause = () => new Promise((resolve) => setTimeout(resolve, 20));

type Also = { also?: (turn: number) => Promise<unknown>; within?: boolean };

/** Adds, moves, retitles, labels and deletes cards in some columns, in loops beside each other, until it is over. */
export class Storm {
  /** How many changes there were. */
  changes = 0;
  private blows = true;
  private readonly loops: Promise<void>[];

  /**
   * `also` is done once in each turn of a loop. Unless `within`, a card is moved from one column to the top of another
   * only, past no other card of its own.
   */
  constructor(server: Server, board: Board, columns: string[], { also = async () => {}, within = true }: Also = {}) {
    const path = `/boards/${board.boardId}/cards`;
    const loop = async (number: number) => {
      for (let turn = 0; this.blows; turn += 1) {
        const columnId = within ? columns[(turn + number) % columns.length]! : columns.at(-1)!;
        const card = await server.card(board, { title: `Gust ${number}.${turn}`, columnId });
        const steps = [
          async () => within && server.api("POST", `${path}/${card.id}/move`, { columnId, index: 0 }),
          () => server.api("PATCH", `${path}/${card.id}`, { title: `Gust ${number}.${turn}, with a title that is long enough for a second line` }),
          () => server.api("PATCH", `${path}/${card.id}`, { labels: ["wind", `from-${turn % 4}`] }),
          () => server.api("POST", `${path}/${card.id}/move`, { columnId: within ? columns[(turn + number + 1) % columns.length] : columns[0], index: 0 }),
          () => also(turn),
          () => server.api("DELETE", `${path}/${card.id}`),
        ];
        for (const step of steps) {
          await step();
          this.changes += 1;
          await pause();
        }
      }
    };
    this.loops = [0, 1, 2].map(loop);
  }

  /** Waits until so many more changes were made. */
  async blow(changes: number): Promise<void> {
    const until = this.changes + changes;
    while (this.changes < until) await Promise.race([...this.loops, pause()]);
  }

  /** Lets it end; what went wrong in it is told here. */
  async end(): Promise<void> {
    this.blows = false;
    await Promise.all(this.loops);
  }
}

/** What a person has the eye on: nothing about it may change, not for one frame. */
export class Watch {
  private readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Watches these elements, and whatever is shifted without a key being pressed. */
  static async over(page: Page, watched: Locator[]): Promise<Watch> {
    const elements = await Promise.all(watched.map((one) => one.elementHandle()));
    await page.evaluate((elements) => {
      const disturbed: string[] = [];
      const takenOff: string[] = [];
      const name = (node: Node | null) => {
        const it = node instanceof Element ? node : node?.parentElement;
        return it ? `${it.tagName.toLowerCase()}.${it.className} ${it.textContent!.trim().slice(0, 40)}` : "something that is gone";
      };
      // As it is painted: between two frames things are where nobody sees them.
      const places = new Map<Element, number>();
      const painted = new IntersectionObserver((entries) => {
        for (const { target, boundingClientRect: { top } } of entries) {
          const moved = top - (places.get(target) ?? top);
          places.set(target, places.get(target) ?? top);
          if (!target.isConnected) disturbed.push(`${name(target)} is another element`);
          else if (Math.abs(moved) > 1) disturbed.push(`${name(target)} is ${moved} px elsewhere`);
        }
      });
      const frame = () => {
        for (const it of elements) {
          painted.unobserve(it!);
          painted.observe(it!);
        }
        requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
      const changes = new MutationObserver((all) => {
        for (const { type, target, attributeName } of all) {
          // How many cards there are is told on each of them.
          if (attributeName?.startsWith("aria-")) continue;
          disturbed.push(`${name(target)} was changed: ${type} ${attributeName ?? ""}`);
        }
      });
      for (const it of elements) changes.observe(it!, { attributes: true, characterData: true, childList: true, subtree: true });
      const homes = new MutationObserver((all) => {
        for (const node of all.flatMap((one) => [...one.removedNodes])) {
          if (elements.some((it) => it === node || node.contains(it))) takenOff.push(name(node));
        }
      });
      homes.observe(document.body, { childList: true, subtree: true });
      const shifts = new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { hadRecentInput: boolean; sources: { node: Node | null }[] })[]) {
          const seen = entry.sources.map((it) => it.node).filter((node) => elements.some((it) => node && (it!.contains(node) || node.contains(it))));
          if (!entry.hadRecentInput && seen.length > 0) disturbed.push(`${seen.map(name).join(", ")} was shifted`);
        }
      });
      shifts.observe({ type: "layout-shift" });
      Object.assign(window, { disturbed, takenOff });
    }, elements as ElementHandle<HTMLElement>[]);
    return new Watch(page);
  }

  /** What has happened to what is watched. */
  disturbed(): Promise<string[]> {
    return this.page.evaluate(() => [...new Set((window as unknown as { disturbed: string[] }).disturbed)]);
  }

  /** What was taken off the page, though it is there again. */
  takenOff(): Promise<string[]> {
    return this.page.evaluate(() => [...new Set((window as unknown as { takenOff: string[] }).takenOff)]);
  }
}

/** A field that somebody types into. */
export class Typing {
  private readonly field: Locator;
  private readonly element: ElementHandle<HTMLInputElement>;

  private constructor(field: Locator, element: ElementHandle<HTMLInputElement>) {
    this.field = field;
    this.element = element;
  }

  static async into(field: Locator): Promise<Typing> {
    await field.focus();
    const element = (await field.elementHandle()) as ElementHandle<HTMLInputElement>;
    await element.evaluate((it) => {
      const left: string[] = [];
      Object.assign(it, { left });
      it.addEventListener("blur", () => left.push("the focus left the field"));
    });
    return new Typing(field, element);
  }

  /** Types at the end, then in the middle, waits for `meanwhile`, and types the rest there. */
  async types(text: string, meanwhile: () => Promise<void>): Promise<void> {
    const keyboard = this.field.page().keyboard;
    const half = Math.floor(text.length / 2);
    await keyboard.press("Control+End");
    await keyboard.type(text.slice(0, 2));
    await keyboard.type(text.slice(half));
    for (let step = half; step < text.length; step += 1) await keyboard.press("ArrowLeft");
    await meanwhile();
    await keyboard.type(text.slice(2, half));
    await meanwhile();
  }

  /** The field's words, where the caret stands in them, whether it is the same field with the focus, and whether it ever lost that. */
  state(): Promise<{ value: string; caret: number | null; hasFocus: boolean; left: string[] }> {
    return this.element.evaluate((it) => ({
      value: it.value,
      caret: it.selectionEnd,
      hasFocus: it.isConnected && document.activeElement === it,
      left: (it as unknown as { left: string[] }).left,
    }));
  }
}

