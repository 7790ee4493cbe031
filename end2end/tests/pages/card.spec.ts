// The inspector: what is changed on a card, and by whom.
import { BoardPage } from "../board.ts";
import { expect, signIn, test, type Card } from "../fixtures.ts";

test("two people who add a label at once both find theirs on the card", async ({ page, server, expectedInConsole }) => {
  // The browser's own line about the answer that the first try gets.
  expectedInConsole.allow(/412/);
  const board = await server.board();
  const card = await server.card(board, { title: "Alpha", labels: ["docs"] });
  const path = `/boards/${board.boardId}/cards/${card.id}`;
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, `/cards/${card.id}`);
  // Somebody else is faster: their change arrives between the press of Enter here and the request.
  await page.route(`**${path}`, async (route) => {
    await server.api("PATCH", path, { labels: ["docs", "theirs"] });
    await route.continue();
  }, { times: 1 });
  const inspector = page.getByRole("complementary");
  const field = inspector.getByRole("combobox", { name: "Add a label" });
  await field.fill("mine");
  await field.press("Enter");
  await expect.poll(async () => (await server.api<Card>("GET", path)).labels).toEqual(["docs", "theirs", "mine"]);
  await expect(inspector.getByRole("button", { name: /^Take off the label/ })).toHaveCount(3);
});

test("moved by its menu in the inspector a card keeps the focus there, and deleted it gives it to the next", async ({ page, server }) => {
  const board = await server.board();
  const card = await server.card(board, { title: "Alpha" });
  await server.card(board, { title: "Beta" });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, `/cards/${card.id}`);
  const inspector = page.getByRole("complementary");
  await inspector.getByRole("button", { name: /^Move to…/ }).click();
  await page.getByRole("menu", { name: "Card" }).getByRole("menuitem", { name: "Down one" }).click();
  await expect.poll(() => view.titles("Backlog")).toEqual(["Beta", "Alpha"]);
  await expect(inspector.locator(":focus")).toHaveCount(1);

  await inspector.getByRole("button", { name: "Delete the card" }).click();
  await expect.poll(() => view.titles("Backlog")).toEqual(["Beta"]);
  await expect(view.card("Beta").getByRole("link")).toBeFocused();
});
