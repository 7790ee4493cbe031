// A finger scrolls, or holds still and lifts a card.
import type { CDPSession, Page } from "@playwright/test";
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";

/** A finger on the screen. */
class Finger {
  private at = { x: 0, y: 0 };

  private constructor(private readonly session: CDPSession) {}

  static async of(page: Page): Promise<Finger> {
    return new Finger(await page.context().newCDPSession(page));
  }

  async down(x: number, y: number): Promise<void> {
    this.at = { x, y };
    await this.send("touchStart");
  }

  async move(x: number, y: number, steps = 8): Promise<void> {
    const from = this.at;
    for (let step = 1; step <= steps; step += 1) {
      this.at = { x: from.x + ((x - from.x) * step) / steps, y: from.y + ((y - from.y) * step) / steps };
      await this.send("touchMove");
    }
  }

  async up(): Promise<void> {
    await this.session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  }

  private async send(type: "touchStart" | "touchMove"): Promise<void> {
    await this.session.send("Input.dispatchTouchEvent", { type, touchPoints: [this.at] });
  }
}

test("a finger that holds still lifts a card, carries it to the next column and drops it", async ({ page, server }) => {
  const board = await server.board();
  for (const title of ["One", "Two", "Three"]) await server.card(board, { title });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await view.movable();
  const finger = await Finger.of(page);
  const box = (await view.card("One").boundingBox())!;
  await finger.down(box.x + 120, box.y + 20);
  await expect(view.said).toHaveText("Lifted LOD-1, One. Position 1 of 3 in Backlog.");
  const third = (await view.card("Three").boundingBox())!;
  await finger.move(box.x + 120, third.y + third.height / 2 + 8);
  await expect.poll(() => view.places("Backlog")).toEqual(["Two", "Three", "_"]);
  // At the right edge the next column comes, and the card lands in it.
  await finger.move(370, third.y);
  await page.waitForFunction(() => document.querySelector(".column:has(.slot) h2")?.textContent === "In Progress");
  await finger.move(190, third.y);
  await expect.poll(async () => {
    const column = (await view.column("In Progress").boundingBox())!;
    return column.x >= 0 && column.x + column.width <= 375;
  }).toBe(true);
  await finger.up();
  await expect(view.said).toHaveText("Dropped in In Progress, position 1 of 1.");
  await expect.poll(() => view.titles("In Progress")).toEqual(["One"]);
  await expect(page).not.toHaveURL(/cards/);
});

test("a finger that moves at once scrolls the column and the board, and a tap opens the card", async ({ page, server }) => {
  const board = await server.board();
  for (let index = 0; index < 20; index += 1) await server.card(board, { title: `Card ${index}.` });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await view.movable();
  const finger = await Finger.of(page);
  const list = view.column("Backlog").locator(".column__cards");
  const card = (await view.card("Card 3.").boundingBox())!;
  await finger.down(card.x + 120, card.y + 20);
  await finger.move(card.x + 120, card.y - 180);
  await finger.up();
  await expect.poll(() => list.evaluate((it) => it.scrollTop)).toBeGreaterThan(50);
  await finger.down(300, 400);
  await finger.move(60, 400);
  await finger.up();
  await expect.poll(() => page.locator(".board").evaluate((it) => it.scrollLeft)).toBeGreaterThan(100);
  await expect(view.said).toHaveText("");
  await expect(view.slot).toHaveCount(0);
  await view.card("Card 6.").getByRole("link").tap();
  await expect(page).toHaveURL(/cards/);
});
