// Deleted cards: found, and brought back.
import type { Page } from "@playwright/test";
import { Looks } from "../axe.ts";
import { BoardPage } from "../board.ts";
import { type Board, expect, signIn, test } from "../fixtures.ts";
import { keysAreHere } from "../keys.ts";
import type { Server } from "../server.ts";

class DeletedCards {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get dialog() { return this.page.getByRole("dialog", { name: "Deleted cards" }); }
  get rows() { return this.dialog.getByRole("listitem"); }
  get filter() { return this.dialog.getByRole("searchbox", { name: "Filter the deleted cards" }); }
  get foot() { return this.dialog.locator(".deleted__foot"); }
  restore(key: string) { return this.dialog.getByRole("button", { name: `Restore ${key}`, exact: true }); }

  async titles(): Promise<string[]> {
    const texts = await this.dialog.locator(".deleted__title").allInnerTexts();
    return texts.map((text) => text.replace(/^\S+\s+/, "").trim());
  }
}

async function addDeleted(server: Server, board: Board, titles: string[], columnId?: string): Promise<string[]> {
  const ids: string[] = [];
  for (const title of titles) {
    const { id } = await server.card(board, { title, ...(columnId ? { columnId } : {}) });
    await server.api("DELETE", `/boards/${board.boardId}/cards/${id}`);
    ids.push(id);
  }
  return ids;
}

test("deleted cards are listed, the newest first, and come back by keys alone, the focus going on with the next", async ({ page, server }) => {
  const board = await server.board();
  const review = await server.column(board, "review");
  await addDeleted(server, board, ["First"]);
  await addDeleted(server, board, ["Second", "Third"], review);
  const view = new BoardPage(page);
  const deleted = new DeletedCards(page);
  await signIn(page, server);
  await view.open(server.url, board);
  await keysAreHere(page);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: /^Find a page/ }).fill("deleted cards");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/deleted$/);
  await expect.poll(() => deleted.titles()).toEqual(["Third", "Second", "First"]);
  await expect(deleted.rows.first()).toContainText(/LOD-3 Third\s*Deleted \d+ s ago · was in Review/);
  await expect(deleted.rows.last()).toContainText("was in Backlog");
  await expect(deleted.foot).toHaveText("3 cards");
  await expect(deleted.dialog.getByRole("heading", { name: "Deleted cards" })).toBeFocused();

  await deleted.restore("LOD-2").focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => deleted.titles()).toEqual(["Third", "First"]);
  await expect(deleted.foot).toHaveText("LOD-2 is back in Review");
  await expect(deleted.foot).toHaveAttribute("role", "status");
  await expect(deleted.restore("LOD-1")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(deleted.restore("LOD-3")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(deleted.dialog).toContainText("No card was deleted in the last 30 days.");
  await expect(deleted.dialog.getByRole("button", { name: "Close" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(deleted.dialog).toBeHidden();
  await expect(page).toHaveURL(new RegExp(`/boards/${board.boardId}$`));
  expect(await view.titles("Review")).toEqual(["Second", "Third"]);
  expect(await view.titles("Backlog")).toEqual(["First"]);
});

test("what others delete and restore shows in the open list, and takes no focus from who is elsewhere in it", async ({ page, server }) => {
  const board = await server.board();
  const [alpha] = await addDeleted(server, board, ["Alpha", "Beta"]);
  const gamma = await server.card(board, { title: "Gamma" });
  const deleted = new DeletedCards(page);
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, "/deleted");
  await expect.poll(() => deleted.titles()).toEqual(["Beta", "Alpha"]);
  await deleted.restore("LOD-2").focus();
  await server.api("DELETE", `/boards/${board.boardId}/cards/${gamma.id}`);
  await expect.poll(() => deleted.titles()).toEqual(["Gamma", "Beta", "Alpha"]);
  await expect(deleted.restore("LOD-2")).toBeFocused();
  await server.api("POST", `/boards/${board.boardId}/cards/${alpha}/restore`);
  await expect.poll(() => deleted.titles()).toEqual(["Gamma", "Beta"]);
  await expect(deleted.restore("LOD-2")).toBeFocused();
});

test("the list has an address that can be shared, and leads back to the board as it was", async ({ page, server }) => {
  const board = await server.board();
  const card = await server.card(board, { title: "Alpha" });
  await addDeleted(server, board, ["Beta"]);
  const view = new BoardPage(page);
  const deleted = new DeletedCards(page);
  await signIn(page, server);
  await view.open(server.url, board, `/cards/${card.id}?q=alp`);
  await view.movable();
  const views = page.getByRole("button", { name: "Saved views and deleted cards" });
  await views.click();
  await page.getByRole("menuitem", { name: "Deleted cards" }).click();
  await expect.poll(() => deleted.titles()).toEqual(["Beta"]);
  await expect(page).toHaveURL(/\/deleted\?q=alp$/);
  await deleted.dialog.getByRole("button", { name: "Close" }).click();
  await expect(page).toHaveURL(new RegExp(`/cards/${card.id}\\?q=alp$`));
  await expect(page.getByRole("complementary").getByRole("heading", { name: "Alpha" })).toBeVisible();
  await expect(views).toBeFocused();
  await page.goBack();
  await expect(deleted.dialog).toBeVisible();
  await page.goBack();
  await expect(deleted.dialog).toBeHidden();

  await page.goto(`${server.url}/boards/${board.boardId}/deleted`);
  await view.live();
  await expect.poll(() => deleted.titles()).toEqual(["Beta"]);
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(new RegExp(`/boards/${board.boardId}$`));
  await expect(view.link("Alpha")).toBeFocused();
});

test("a long list is filtered by words, and shows no more than a page bears", async ({ page, server }) => {
  const board = await server.board();
  const titles = Array.from({ length: 104 }, (_, index) => `Card ${index + 1}.`);
  await addDeleted(server, board, titles);
  const { id } = await server.card(board, { title: "Plain", description: "Needs a *winch*." });
  await server.api("DELETE", `/boards/${board.boardId}/cards/${id}`);
  const deleted = new DeletedCards(page);
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, "/deleted");
  await expect(deleted.rows).toHaveCount(100);
  await expect(deleted.foot).toHaveText("The last 100 are shown. Filter to find others.");
  await deleted.filter.fill("card 1.");
  await expect.poll(() => deleted.titles()).toEqual(["Card 101.", "Card 91.", "Card 81.", "Card 71.", "Card 61.", "Card 51.", "Card 41.", "Card 31.", "Card 21.", "Card 11.", "Card 1."]);
  await deleted.filter.fill("winch");
  await expect.poll(() => deleted.titles()).toEqual(["Plain"]);
  await expect(deleted.filter).toBeFocused();
  await deleted.filter.fill("anchor");
  await expect(deleted.dialog).toContainText("No deleted card fits these words.");
  await expect(deleted.filter).toBeFocused();
});

test("what can't be read or restored is told about, and tried again", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/ERR_FAILED|status of 50[37]/);
  const board = await server.board();
  await addDeleted(server, board, ["Alpha", "Beta"]);
  const deleted = new DeletedCards(page);
  await signIn(page, server);
  await page.route("**/cards?deleted=true*", (route) => route.abort());
  await new BoardPage(page).open(server.url, board, "/deleted");
  await expect(deleted.dialog).toContainText("The deleted cards could not be read: Mainstay did not answer.");
  await page.unroute("**/cards?deleted=true*");
  await deleted.dialog.getByRole("button", { name: "Try again" }).click();
  await expect.poll(() => deleted.titles()).toEqual(["Beta", "Alpha"]);

  await page.route("**/restore", (route) => route.abort(), { times: 1 });
  await deleted.restore("LOD-1").click();
  await expect(deleted.dialog.getByRole("alert")).toContainText("LOD-1 was not restored: Mainstay did not answer.");
  await expect(deleted.restore("LOD-1")).toBeFocused();
  await deleted.restore("LOD-1").click();
  await expect.poll(() => deleted.titles()).toEqual(["Beta"]);
  await expect(deleted.dialog.getByRole("alert")).toBeHidden();
});

test("axe finds nothing to object to in the list, which fits a phone", async ({ page, server }) => {
  const looks = await Looks.of(page);
  const board = await server.board();
  await addDeleted(server, board, Array.from({ length: 12 }, (_, index) => `A card with a title that is longer than one line of a phone ${index}`));
  const deleted = new DeletedCards(page);
  await signIn(page, server);
  for (const width of [1440, 375]) {
    await page.setViewportSize({ width, height: 700 });
    await new BoardPage(page).open(server.url, board, "/deleted");
    await expect(deleted.rows).toHaveCount(12);
    const box = (await deleted.dialog.boundingBox())!;
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(width);
    expect(box.y + box.height).toBeLessThanOrEqual(700);
    expect(await deleted.dialog.evaluate((it) => it.scrollWidth - it.clientWidth)).toBe(0);
    await deleted.restore("LOD-1").scrollIntoViewIfNeeded();
    await expect(deleted.restore("LOD-1")).toBeInViewport();
    await looks.at("the deleted cards", [width]);
  }
  looks.nothing();
});
