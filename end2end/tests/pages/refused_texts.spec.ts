// What a person typed and the server refused is where they typed it, to be mended and sent again.
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";
import { refusal, refuse } from "../refusals.ts";

test.beforeEach(({ expectedInConsole }) => expectedInConsole.allow(/status of 422/));

test("the title of a card that is refused is in its field again, unless the next one is begun", async ({ page, server }) => {
  const board = await server.board();
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await refuse(page, "POST", /\/cards$/, 422);
  const field = view.column("Backlog").getByRole("textbox", { name: "Title of the new card" });
  await view.addCard("Backlog", "Refused");
  await expect(refusal(page)).toBeVisible();
  await expect(field).toHaveValue("Refused");
});

test("the title of a column that is refused is in its field again", async ({ page, server }) => {
  const board = await server.board();
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await refuse(page, "POST", /\/columns$/, 422);
  await page.getByRole("button", { name: "Add column" }).click();
  const field = page.getByRole("textbox", { name: "Title of the new column" });
  await field.fill("Cellar");
  await field.press("Enter");
  await expect(refusal(page)).toBeVisible();
  await expect(field).toHaveValue("Cellar");
});

test("the new title and limit of a column that are refused are in their fields still", async ({ page, server }) => {
  const board = await server.board();
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await refuse(page, "PATCH", /\/columns\/[^/]+$/, 422);
  await (await view.columnMenu("Backlog")).getByRole("menuitem", { name: "Rename or limit…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title").fill("Ideas");
  await dialog.getByLabel("Limit").fill("3");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(refusal(page)).toBeVisible();
  await expect(dialog.getByLabel("Title")).toHaveValue("Ideas");
  await expect(dialog.getByLabel("Limit")).toHaveValue("3");
});
