// Columns that are collapsed to a strip.
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";

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
