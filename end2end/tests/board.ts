// The board's page as a person meets it: its parts by role and name.
import { expect, type Locator, type Page } from "@playwright/test";
import type { Board } from "./server.ts";

export class BoardPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the board, by way of the server's address or a proxy's, and waits until it is live. */
  async open(base: string, board: Board, rest = ""): Promise<void> {
    await this.page.goto(`${base}/boards/${board.boardId}${rest}`);
    await this.live();
  }

  async live(): Promise<void> {
    await expect(this.fresh).toHaveText(/Live/);
  }

  /** Cuts the connection until the page has noticed, mends it, and waits until the page is live again. */
  async interrupt(): Promise<void> {
    // The page opens its stream anew when the browser says that it is online.
    const wake = () => this.page.evaluate(() => window.dispatchEvent(new Event("online")));
    await this.page.context().setOffline(true);
    await wake();
    await expect(this.fresh).not.toHaveText(/Live/);
    await this.page.context().setOffline(false);
    await wake();
    await this.live();
  }

  /** Waits for what moves cards, which comes right after the page, with its menus. */
  async movable(): Promise<void> {
    await expect(this.page.locator("[role=menu]").first()).toBeAttached();
  }

  get fresh(): Locator {
    return this.page.locator(".fresh");
  }

  column(title: string): Locator {
    return this.page.getByRole("region", { name: title, exact: true });
  }

  /** The cards' titles in a column, from top to bottom, without their keys. */
  async titles(column: string): Promise<string[]> {
    const texts = await this.column(column).locator(".card__title").allInnerTexts();
    return texts.map((text) => text.replace(/^\S+\s+/, "").trim());
  }

  card(title: string): Locator {
    return this.page.locator(".column .card").filter({ hasText: title });
  }

  async addCard(column: string, title: string): Promise<void> {
    const list = this.column(column);
    const field = list.getByRole("textbox", { name: "Title of the new card" });
    if (!(await field.isVisible())) await list.getByRole("button", { name: "Add card", exact: true }).click();
    await field.fill(title);
    await field.press("Enter");
  }

  async cardMenu(title: string): Promise<Locator> {
    const card = this.card(title);
    await card.hover();
    await card.getByRole("button", { name: /^Actions for/ }).click();
    return this.page.getByRole("menu", { name: "Card" });
  }

  async moveTo(title: string, column: string): Promise<void> {
    const menu = await this.cardMenu(title);
    await menu.getByRole("menuitem", { name: column, exact: true }).click();
  }

  /** What a screen reader is told of each step. */
  get said(): Locator {
    return this.page.locator("p.u-hidden[role=status]");
  }

  /** The link of a card: what has its focus. */
  link(title: string): Locator {
    return this.card(title).getByRole("link");
  }

  /** The place that is open for the card in the hand. */
  get slot(): Locator {
    return this.page.locator(".slot.is-open");
  }

  /** The cards of a column from top to bottom, with `_` where the place is open. */
  async places(column: string): Promise<string[]> {
    return this.column(column).locator(".column__cards").evaluate((list) =>
      [...list.children].flatMap((it) => {
        if (it.matches(".slot")) return ["_"];
        if (!it.matches("[data-card]:not(.is-away)")) return [];
        return [it.querySelector(".card__title")!.textContent!.replace(/^\S+\s+/, "").trim()];
      }));
  }

  /** Presses a card with the mouse and carries it a little. */
  async lift(title: string): Promise<void> {
    const box = (await this.card(title).boundingBox())!;
    await this.page.mouse.move(box.x + 40, box.y + 14);
    await this.page.mouse.down();
    await this.page.mouse.move(box.x + 46, box.y + 18, { steps: 3 });
    await expect(this.slot).toBeVisible();
  }

  async columnMenu(title: string): Promise<Locator> {
    await this.column(title).getByRole("button", { name: `Actions for the column ${title}` }).click();
    return this.page.getByRole("menu", { name: "Column" });
  }

  /** Drags a card with the mouse to the middle of another one, or of a column's list. */
  async drag(title: string, target: Locator): Promise<void> {
    await this.movable();
    const from = await this.card(title).boundingBox();
    const to = await target.boundingBox();
    if (!from || !to) throw new Error("nothing to drag, or nowhere to drop it");
    await this.page.mouse.move(from.x + from.width / 2, from.y + 14);
    await this.page.mouse.down();
    await this.page.mouse.move(from.x + from.width / 2 + 12, from.y + 24, { steps: 3 });
    await this.page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 12 });
    await this.page.mouse.up();
  }
}
