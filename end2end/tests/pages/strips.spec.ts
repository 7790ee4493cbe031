// Columns that are collapsed to a strip.
import type { Locator, Page } from "@playwright/test";
import { BoardPage } from "../board.ts";
import { type Board, expect, signIn, test } from "../fixtures.ts";
import { keysAreHere } from "../keys.ts";
import type { Server } from "../server.ts";

test("a column is collapsed to a strip that is kept, still takes drops, and is expanded again", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  const review = await server.column(board, "review");
  await server.card(board, { title: "Omega", columnId: review });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  const strip = view.column("Review");
  await (await view.columnMenu("Review")).getByRole("menuitem", { name: "Collapse" }).click();
  const expand = strip.getByRole("button", { name: "Expand Review" });
  await expect(expand).toBeFocused();
  expect((await strip.boundingBox())!.width).toBeLessThan(60);
  await expect(strip.locator(".card")).toHaveCount(0);
  await expect(strip.locator(".column__count")).toContainText("1");

  await page.reload();
  await view.live();
  await expect(expand).toBeVisible();
  await view.drag("Alpha", strip);
  await expect(strip.locator(".column__count")).toContainText("2");
  await expect.poll(async () => {
    const state = await server.state(board);
    return state.columns[review]!.cardIds.map((id) => state.cards[id]!.title);
  }).toEqual(["Omega", "Alpha"]);

  await expand.click();
  await expect.poll(() => view.titles("Review")).toEqual(["Omega", "Alpha"]);
  await expect(strip.getByRole("button", { name: "Actions for the column Review" })).toBeFocused();
});

/** A board with a card in Backlog and one in Review, which is collapsed. */
async function collapsed(page: Page, server: Server): Promise<[Board, BoardPage, Locator]> {
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  await server.card(board, { title: "Omega", columnId: await server.column(board, "review") });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  await keysAreHere(page);
  await (await view.columnMenu("Review")).getByRole("menuitem", { name: "Collapse" }).click();
  const expand = view.column("Review").getByRole("button", { name: "Expand Review" });
  await expect(expand).toBeFocused();
  return [board, view, expand];
}

test("a card that goes into a strip by keys leaves the focus at its head, and that is said", async ({ page, server }) => {
  const [board, view, expand] = await collapsed(page, server);
  await view.link("Alpha").focus();
  await page.keyboard.press("Alt+ArrowRight");
  await expect(view.link("Alpha")).toBeFocused();
  await page.keyboard.press("Alt+ArrowRight");
  await expect(view.said).toHaveText("Dropped in Review, position 1 of 2. Review is collapsed.");
  await expect(expand).toBeFocused();
  await expand.press("Enter");
  await expect.poll(() => view.titles("Review")).toEqual(["Alpha", "Omega"]);
  await view.link("Omega").focus();
  await page.keyboard.press("Alt+ArrowLeft");
  await expect.poll(() => view.titles("In Progress")).toEqual(["Omega"]);
  await (await view.columnMenu("Review")).getByRole("menuitem", { name: "Collapse" }).click();
  await view.link("Omega").focus();
  for (const [key, words] of [
    ["Space", "Lifted LOD-2, Omega. Position 1 of 1 in In Progress."],
    ["ArrowRight", "Position 1 of 2 in Review."],
    ["Space", "Dropped in Review, position 1 of 2. Review is collapsed."],
  ] as const) {
    await page.keyboard.press(key);
    await expect(view.said).toHaveText(words);
  }
  await expect(expand).toBeFocused();
  // What somebody else puts there goes the same way.
  const card = await server.card(board, { title: "Gamma" });
  await view.link("Gamma").focus();
  await server.api("POST", `/boards/${board.boardId}/cards/${card.id}/move`, { columnId: await server.column(board, "review"), index: 0 });
  await expect(view.said).toHaveText("LOD-3 is in Review, which is collapsed");
  await expect(expand).toBeFocused();
});

test("c adds a card where it can be seen", async ({ page, server }) => {
  const [, view] = await collapsed(page, server);
  await (await view.columnMenu("Backlog")).getByRole("menuitem", { name: "Collapse" }).click();
  await page.getByRole("heading", { level: 1 }).click();
  const field = page.getByRole("textbox", { name: "Title of the new card" });
  await page.keyboard.press("c");
  await expect(view.column("In Progress").getByRole("textbox", { name: "Title of the new card" })).toBeFocused();
  await page.keyboard.press("Escape");
  for (const column of ["In Progress", "Done"]) {
    await (await view.columnMenu(column)).getByRole("menuitem", { name: "Collapse" }).click();
  }
  await page.keyboard.press("c");
  await expect(field).toBeFocused();
  await page.keyboard.type("Beta");
  await page.keyboard.press("Enter");
  await expect.poll(() => view.titles("Backlog")).toEqual(["Alpha", "Beta"]);
});

test("a page comes with its strips: nothing moves once the client starts", async ({ page, server }) => {
  const [, view] = await collapsed(page, server);
  await expect.poll(async () => (await page.context().cookies()).map((cookie) => cookie.name)).toContain("mainstay_strips");
  const html = await (await page.request.get(page.url())).text();
  expect(html.match(/class="column[^"]* is-strip"/g)).toHaveLength(1);
  await page.reload();
  await view.live();
  await expect(view.column("Review").getByRole("button", { name: "Expand Review" })).toBeVisible();
  const shifts = await page.evaluate(() => new Promise<number>((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries().reduce((sum, it) => sum + (it as unknown as { value: number }).value, 0)))
      .observe({ type: "layout-shift", buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(0)));
  }));
  expect(shifts).toBeLessThan(0.01);
});
