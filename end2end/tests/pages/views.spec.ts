// Saved views: a filter gets a name, and is one press away.
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";

test("a filter is saved under a name, opened from the rail, shared by its address, and deleted with Undo", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of 409/);
  const board = await server.board();
  await server.card(board, { title: "Hull", type: "bug" });
  await server.card(board, { title: "Sail" });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board, "?q=type%3Abug");
  const rail = page.getByRole("navigation", { name: "Saved views" });
  const menu = page.getByRole("menu", { name: "Views" });

  const save = async (name: string) => {
    await page.getByRole("button", { name: "Saved views" }).click();
    await menu.getByRole("menuitem", { name: "Save this filter…" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog).toContainText("type:bug");
    await dialog.getByLabel("Name").fill(name);
    await dialog.getByRole("button", { name: "Save" }).click();
  };
  await save("Bugs");
  await expect(rail.getByRole("link", { name: "Bugs" })).toHaveAttribute("aria-current", "true");
  await save("bugs");
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("has a view \"Bugs\" already");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("link", { name: "Clear" }).click();
  await expect.poll(() => view.titles("Backlog")).toEqual(["Hull", "Sail"]);
  await rail.getByRole("link", { name: "Bugs" }).click();
  await expect.poll(() => view.titles("Backlog")).toEqual(["Hull"]);
  await expect(page).toHaveURL(/\?q=type%3Abug$/);

  await page.reload();
  await view.live();
  await rail.getByRole("link", { name: "Bugs" }).hover();
  await rail.getByRole("button", { name: "Delete the view Bugs" }).click();
  await expect(rail).toBeHidden();
  expect(await server.api("GET", `/boards/${board.boardId}/views`)).toEqual([]);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(rail.getByRole("link", { name: "Bugs" })).toBeVisible();
});

test("where there is no rail, views are opened and deleted by their menu", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Hull", type: "bug" });
  await server.card(board, { title: "Sail" });
  await server.api("POST", `/boards/${board.boardId}/views`, { name: "Bugs", query: "type:bug" });
  await page.setViewportSize({ width: 800, height: 700 });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  const open = page.getByRole("button", { name: "Saved views" });
  const menu = page.getByRole("menu", { name: "Views" });
  await open.click();
  await expect(menu.getByRole("menuitem", { name: "Save this filter…" })).toHaveAttribute("aria-disabled", "true");
  await menu.getByRole("menuitem", { name: "Bugs" }).click();
  await expect.poll(() => view.titles("Backlog")).toEqual(["Hull"]);
  await open.click();
  await menu.getByRole("menuitem", { name: "Delete “Bugs”" }).click();
  await expect(page.getByText("The view “Bugs” was deleted")).toBeVisible();
});

test("a view that is deleted leaves the focus to the next one", async ({ page, server }) => {
  const board = await server.board();
  for (const name of ["Bugs", "Chores"]) await server.api("POST", `/boards/${board.boardId}/views`, { name, query: `type:${name}` });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  const rail = page.getByRole("navigation", { name: "Saved views" });
  await rail.getByRole("button", { name: "Delete the view Bugs" }).press("Enter");
  await expect(rail.getByRole("link", { name: "Chores" })).toBeFocused();
  await rail.getByRole("button", { name: "Delete the view Chores" }).press("Enter");
  await expect(page.getByLabel("Filter the cards")).toBeFocused();
});

test("views that could not be read are not said to be none", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/ERR_FAILED/);
  const board = await server.board();
  await server.api("POST", `/boards/${board.boardId}/views`, { name: "Bugs", query: "type:bug" });
  const view = new BoardPage(page);
  await signIn(page, server);
  await page.route("**/views", (route) => route.abort());
  await view.open(server.url, board);
  const rail = page.getByRole("navigation", { name: "Saved views" });
  await page.getByRole("button", { name: "Saved views" }).click();
  const menu = page.getByRole("menu", { name: "Views" });
  await expect(menu).toContainText("Not read: Mainstay did not answer.");
  await page.keyboard.press("Escape");
  await expect(rail.getByRole("alert")).toContainText("Not read: Mainstay did not answer.");
  const again = page.waitForEvent("requestfailed");
  await rail.getByRole("button", { name: "Try again" }).click();
  await again;
  await expect(rail.getByRole("alert")).toBeVisible();
  await expect(rail.getByRole("button", { name: "Try again" })).toBeFocused();
  await page.unroute("**/views");
  await page.getByRole("button", { name: "Saved views" }).click();
  await menu.getByRole("menuitem", { name: "Try again" }).press("Enter");
  await expect(rail.getByRole("link", { name: "Bugs" })).toBeVisible();
  await expect(rail.getByRole("alert")).toHaveCount(0);
});

test("a view whose saving was not answered is saved once", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/ERR_FAILED/);
  const board = await server.board();
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board, "?q=type%3Abug");
  await page.getByRole("button", { name: "Saved views" }).click();
  await page.getByRole("menuitem", { name: "Save this filter…" }).click();
  // It arrives; its answer does not.
  await page.route("**/views", async (route) => {
    await route.fetch();
    await route.abort();
  }, { times: 1 });
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Name").fill("Bugs");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByRole("alert")).toContainText("Mainstay did not answer.");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("navigation", { name: "Saved views" }).getByRole("link", { name: "Bugs" })).toBeVisible();
  expect(await server.api("GET", `/boards/${board.boardId}/views`)).toHaveLength(1);
});
