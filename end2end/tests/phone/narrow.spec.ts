// At 375 px: nothing scrolls sideways but the board, and everything can be reached.
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";

test("no page is wider than the phone", async ({ page, server }) => {
  const board = await server.board();
  const card = await server.card(board, { title: "A title that is long enough to need two lines on a narrow screen" });
  await signIn(page, server);
  for (const address of ["/", "/projects", `/boards/${board.boardId}`, `/boards/${board.boardId}/cards/${card.id}`]) {
    await page.goto(server.url + address);
    await expect(page.getByRole("main")).toBeVisible();
    const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    expect(wide, address).toBeLessThanOrEqual(room!);
  }
});

test("a card is moved by its menu and opened as a sheet, by thumb", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await view.card("Alpha").getByRole("button", { name: /^Actions for/ }).tap();
  await page.getByRole("menu", { name: "Card" }).getByRole("menuitem", { name: "Review", exact: true }).tap();
  await expect.poll(() => view.titles("Review")).toEqual(["Alpha"]);
  await view.card("Alpha").scrollIntoViewIfNeeded();
  await view.card("Alpha").getByRole("link").tap();
  const sheet = page.getByRole("complementary");
  await expect(sheet).toBeVisible();
  const box = (await sheet.boundingBox())!;
  expect(box.width).toBeGreaterThan(360);
});
