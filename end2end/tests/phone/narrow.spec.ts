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

test("cards are selected, labelled and moved together by thumb, and one Undo brings them back", async ({ page, server }) => {
  const board = await server.board();
  for (const title of ["Alpha", "Beta", "Gamma"]) await server.card(board, { title, labels: title === "Gamma" ? ["ui"] : [] });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await view.movable();
  for (const title of ["Alpha", "Gamma"]) {
    await view.card(title).getByRole("button", { name: /^Actions for/ }).tap();
    await page.getByRole("menu", { name: "Card" }).getByRole("menuitem", { name: "Select", exact: true }).tap();
  }
  const bar = page.getByRole("toolbar", { name: "Selected cards" });
  await expect(bar).toContainText("2 selected");
  for (const button of await bar.getByRole("button").all()) {
    const box = (await button.boundingBox())!;
    expect(box.x, await button.innerText()).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width, await button.innerText()).toBeLessThanOrEqual(375);
  }
  const choice = async (button: string, item: string) => {
    await bar.getByRole("button", { name: button }).tap();
    await page.getByRole("menu", { name: "Selected cards" }).getByRole("menuitem", { name: item, exact: true }).tap();
  };
  await choice("Label", "ui");
  await expect(view.card("Alpha")).toContainText("ui");
  await choice("Move to…", "Review");
  const titles = (column: string) => view.column(column).locator(".card__title");
  await expect(titles("Review")).toHaveText([/Alpha$/, /Gamma$/]);
  await page.getByRole("button", { name: "Undo" }).last().tap();
  await expect(titles("Backlog")).toHaveText([/Alpha$/, /Beta$/, /Gamma$/]);
  await expect(view.card("Alpha")).toContainText("ui");
});
