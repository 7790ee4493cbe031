// What a person did shows at once; where the server refuses, it goes back, why is said, and nothing of it is left behind.
import { BoardPage } from "../board.ts";
import { type Board, expect, signIn, test } from "../fixtures.ts";
import { agrees, reason, refusal, refuse } from "../refusals.ts";
import type { Server } from "../server.ts";

test.beforeEach(({ expectedInConsole }) => expectedInConsole.allow(/status of (403|409|412|422|500)/));

/** Another client changes a card or a column: what it wrote has to show, or something of one's own still lies over it. */
function another(server: Server, board: Board, path: string, change: object): Promise<unknown> {
  return server.api("PATCH", `/boards/${board.boardId}/${path}`, change);
}

test("what is refused after its page was left is said on the next one", async ({ page, server }) => {
  const board = await server.board();
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await refuse(page, "POST", /\/cards$/, 409, async () => {
    await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Projects" }).click();
    await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeFocused();
  });
  await view.addCard("Backlog", "Lost?");
  await expect(refusal(page, "“Lost?” was not added: ")).toBeVisible();
});

test("each of many cards that could not be added can be tried again", async ({ page, server }) => {
  const board = await server.board();
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  const lift = await refuse(page, "POST", /\/cards$/, 500);
  const titles = [1, 2, 3, 4, 5, 6].map((number) => `Card ${number}`);
  for (const title of titles) await view.addCard("Backlog", title);
  const again = page.locator(".toast").getByRole("button", { name: "Try again" });
  await expect(again).toHaveCount(6);
  await lift();
  for (let left = 6; left > 0; left -= 1) {
    await again.first().click();
    await expect(again).toHaveCount(left - 1);
  }
  await expect.poll(() => view.titles("Backlog")).toEqual(titles);
});

test("a card that is refused goes again, at once or after another try", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  for (const status of [403, 409, 422]) {
    const lift = await refuse(page, "POST", /\/cards$/, status, () => expect(view.card("Refused")).toBeVisible());
    await view.addCard("Backlog", "Refused");
    await expect(refusal(page, "“Refused” was not added: "), String(status)).toBeVisible();
    await agrees(view, server, board);
    await expect(view.column("Backlog").getByRole("textbox"), "the field goes on to take cards").toBeFocused();
    await page.locator(".toast").getByRole("button", { name: "Dismiss" }).click();
    await lift();
  }
  const lift = await refuse(page, "POST", /\/cards$/, 500);
  await view.addCard("Backlog", "Tried again");
  const notice = refusal(page, "“Tried again” was not added: ");
  await expect(notice).toBeVisible();
  await agrees(view, server, board);
  await lift();
  await notice.getByRole("button", { name: "Try again" }).click();
  await expect(view.card("Tried again")).toContainText("LOD-2");
  await server.card(board, { title: "Another's" });
  await expect(view.card("Another's")).toBeVisible();
  await agrees(view, server, board);
});

test("texts of a card that are refused go back on the board, stay in their fields, and can be saved then", async ({ page, server }) => {
  const board = await server.board();
  const card = await server.card(board, { title: "Alpha", description: "Use slate." });
  const path = new RegExp(`/cards/${card.id}$`);
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, `/cards/${card.id}`);
  const inspector = page.getByRole("complementary");
  const title = inspector.getByRole("textbox", { name: "Title" });
  const description = inspector.getByRole("textbox", { name: /^Description/ });
  await inspector.getByRole("button", { name: "Edit the title" }).click();
  await title.fill("Mine");
  for (const status of [403, 409, 422, 500]) {
    const lift = await refuse(page, "PATCH", path, status, () => expect(view.card("Mine")).toBeVisible());
    await title.press("Enter");
    await expect(refusal(inspector), String(status)).toBeVisible();
    await agrees(view, server, board);
    await expect(title).toHaveValue("Mine");
    await expect(title).toBeFocused();
    await lift();
    await title.press("End");
    await title.press("!");
    await title.press("Backspace");
    await expect(refusal(inspector)).toHaveCount(0);
  }
  // Another client is first: that shows on the board, and what is typed stays beside it.
  await another(server, board, `cards/${card.id}`, { title: "Theirs" });
  await expect(view.card("Theirs")).toBeVisible();
  await inspector.getByRole("button", { name: "Save mine over it" }).click();
  await expect(title).toHaveCount(0);
  await expect(view.card("Mine")).toBeVisible();
  await agrees(view, server, board);

  await inspector.getByRole("button", { name: "Edit the description" }).click();
  await description.fill("Use copper.");
  for (const status of [403, 500]) {
    const lift = await refuse(page, "PATCH", path, status);
    await description.press("Control+Enter");
    await expect(refusal(inspector), String(status)).toBeVisible();
    await expect(description).toHaveValue("Use copper.");
    await expect(description).toBeFocused();
    await lift();
  }
  // Stale for good: it is not sent without end, and what is typed stays.
  const lift = await refuse(page, "PATCH", path, 412);
  let asked = 0;
  page.on("request", (request) => { if (request.method() === "PATCH") asked += 1; });
  await description.press("Control+Enter");
  await expect(inspector.getByText("Changed by someone since. What you typed is kept.")).toBeVisible();
  expect(asked).toBeLessThan(10);
  await lift();
  await expect(description).toHaveValue("Use copper.");
  await inspector.getByRole("button", { name: "Save mine over it" }).click();
  await expect(inspector.getByText("Use copper.")).toBeVisible();
  expect(await server.api("GET", `/boards/${board.boardId}/cards/${card.id}`)).toMatchObject({ title: "Mine", description: "Use copper." });
});

test("priority, type and dependencies that are refused go back, on the board and in the inspector", async ({ page, server }) => {
  const board = await server.board();
  const first = await server.card(board, { title: "Foundation" });
  const second = await server.card(board, { title: "Walls" });
  const card = await server.card(board, { title: "Roof", dependsOn: [first.id] });
  const path = new RegExp(`/cards/${card.id}$`);
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, `/cards/${card.id}`);
  const inspector = page.getByRole("complementary");
  const face = view.card("Roof").locator(".card__state");
  const of = (name: string) => inspector.getByRole("combobox", { name, exact: true });
  const chosen = (name: string) => of(name).locator("option:checked");
  for (const [status, name, option] of [[409, "Priority", "High"], [403, "Type", "Bug"], [500, "Priority", "Low"]] as const) {
    const mark = view.card("Roof").locator(".kind, .priority");
    const lift = await refuse(page, "PATCH", path, status, () => expect(mark).toBeVisible());
    await of(name).selectOption(option);
    await expect(refusal(page, "Not saved: "), name).toBeVisible();
    await agrees(view, server, board);
    await expect(chosen(name)).toHaveText("None");
    await page.locator(".toast").getByRole("button", { name: "Dismiss" }).click();
    await lift();
  }
  await another(server, board, `cards/${card.id}`, { priority: "urgent", type: "chore" });
  await expect(chosen("Priority")).toHaveText("Urgent");
  await expect(chosen("Type")).toHaveText("Chore");
  await agrees(view, server, board);

  const dependencies = inspector.getByRole("region", { name: "Depends on" });
  const field = dependencies.getByRole("combobox");
  const lines = dependencies.locator(".others__key");
  for (const status of [403, 409, 422]) {
    const lift = await refuse(page, "PATCH", path, status, () => expect(lines).toHaveCount(2));
    await field.fill("walls");
    await field.press("Enter");
    await expect(refusal(dependencies), String(status)).toBeVisible();
    await expect(lines).toHaveText(["LOD-1 "]);
    await expect(face).toHaveText("Blocked by LOD-1");
    await lift();
  }
  const lift = await refuse(page, "PATCH", path, 500, () => expect(lines).toHaveCount(0));
  await dependencies.getByRole("button", { name: "No longer depend on LOD-1" }).click();
  await expect(refusal(dependencies)).toBeVisible();
  await expect(lines).toHaveText(["LOD-1 "]);
  await expect(face).toHaveText("Blocked by LOD-1");
  await lift();
  await another(server, board, `cards/${card.id}`, { dependsOn: [second.id] });
  await expect(lines).toHaveText(["LOD-2 "]);
  await expect(face).toHaveText("Blocked by LOD-2");
  await agrees(view, server, board);
});

test("a deletion that is refused brings the card back, and a restoration that is refused leaves it away", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  const card = await server.card(board, { title: "Beta" });
  const path = new RegExp(`/cards/${card.id}$`);
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  const dismiss = () => page.locator(".toast").first().getByRole("button", { name: "Dismiss" }).click();
  const remove = async () => (await view.cardMenu("Beta")).getByRole("menuitem", { name: "Delete" }).click();
  for (const status of [403, 409, 500]) {
    const lift = await refuse(page, "DELETE", path, status, () => expect(view.card("Beta")).toHaveCount(0));
    await remove();
    await expect(refusal(page, "Not deleted: "), String(status)).toBeVisible();
    await agrees(view, server, board);
    await expect(page.getByText("LOD-2 deleted"), "nothing is offered to be undone").toHaveCount(0);
    await dismiss();
    await lift();
  }
  await another(server, board, `cards/${card.id}`, { title: "Beta, by another" });
  await expect(view.card("Beta, by another")).toBeVisible();

  // Undo, from the notice and by its key.
  await remove();
  for (const status of [409, 412]) {
    const lift = await refuse(page, "POST", /\/cards\/bulk$/, status);
    await page.getByRole("button", { name: "Undo" }).click();
    await expect(page.getByRole("alert").filter({ hasText: `Not undone: ${reason}` }), String(status)).toBeVisible();
    await agrees(view, server, board);
    await lift();
    await dismiss();
    await server.api("POST", `/boards/${board.boardId}/cards/${card.id}/restore`);
    await expect(view.card("Beta")).toBeVisible();
    await remove();
  }
  const lift = await refuse(page, "POST", /\/cards\/bulk$/, 500);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(refusal(page, "Not undone: ")).toBeVisible();
  await agrees(view, server, board);
  await lift();
  await dismiss();
  await page.keyboard.press("Control+z");
  await expect(view.card("Beta, by another")).toBeVisible();
  await agrees(view, server, board);

  // From the inspector of a card that somebody else has deleted.
  await view.link("Beta").click();
  await server.api("DELETE", `/boards/${board.boardId}/cards/${card.id}`);
  const inspector = page.getByRole("complementary");
  await expect(inspector.getByRole("heading", { name: "This card was deleted" })).toBeVisible();
  const mend = await refuse(page, "POST", /\/restore$/, 409);
  await inspector.getByRole("button", { name: "Restore it" }).click();
  await expect(refusal(inspector)).toBeVisible();
  await agrees(view, server, board);
  await mend();
  await inspector.getByRole("button", { name: "Restore it" }).click();
  await expect(view.card("Beta")).toBeVisible();
  await agrees(view, server, board);
});

test("what is done to columns and refused goes back", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  const icebox = await server.api<{ id: string }>("POST", `/boards/${board.boardId}/columns`, { title: "Icebox" });
  await server.card(board, { title: "Frozen", columnId: icebox.id });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  const menu = async (item: string) => (await view.columnMenu("Icebox")).getByRole("menuitem", { name: item }).click();
  const dialog = page.getByRole("dialog");
  const edit = async (label: string, text: string) => {
    await menu("Rename or limit…");
    await dialog.getByLabel(label).fill(text);
    await dialog.getByRole("button", { name: "Save" }).click();
  };
  const changed = "The column was not changed: ";
  const titles = (...all: string[]) => () => expect(page.locator(".column h2")).toHaveText(all);
  const four = ["Backlog", "In Progress", "Review", "Done"];
  const ways: [string, string, number, string, () => Promise<unknown>, () => Promise<unknown>][] = [
    ["rename", "PATCH", 409, changed, titles(...four, "Freezer"), () => edit("Title", "Freezer")],
    ["limit", "PATCH", 422, changed, () => expect(view.column("Icebox").locator(".column__limit")).toContainText("1/1"), () => edit("Limit", "1")],
    ["reorder", "PATCH", 412, changed, titles("Backlog", "In Progress", "Review", "Icebox", "Done"), () => menu("Move left")],
    ["delete", "DELETE", 409, "Not deleted: ", titles(...four), async () => {
      await menu("Delete…");
      await dialog.getByRole("button", { name: "Delete" }).click();
    }],
    ["add", "POST", 403, "“Cellar” was not added: ", titles(...four, "Icebox", "Cellar"), async () => {
      await page.getByRole("button", { name: "Add column" }).click();
      await page.getByRole("textbox", { name: "Title of the new column" }).fill("Cellar");
      await page.keyboard.press("Enter");
    }],
  ];
  for (const [way, method, status, told, meanwhile, act] of ways) {
    const lift = await refuse(page, method, /\/columns(\/[^/]+)?(\?.*)?$/, status, meanwhile);
    await act();
    await expect(refusal(page, told), way).toBeVisible();
    await agrees(view, server, board);
    // What was typed is still where it was typed; of what was not, a toast tells.
    if (await dialog.isVisible()) await dialog.getByRole("button", { name: "Cancel" }).click();
    else if (way === "add") await page.getByRole("textbox", { name: "Title of the new column" }).press("Escape");
    else await page.locator(".toast").getByRole("button", { name: "Dismiss" }).click();
    await lift();
  }
  await another(server, board, `columns/${icebox.id}`, { title: "Cold store", wipLimit: 3, index: 0 });
  await expect(view.column("Cold store")).toBeVisible();
  await agrees(view, server, board);
});

test("a view that is refused is not there, with its name still in the field, and one that may not go stays", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Hull", type: "bug" });
  await server.api("POST", `/boards/${board.boardId}/views`, { name: "Old", query: "type:chore" });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, "?q=type%3Abug");
  const rail = page.getByRole("navigation", { name: "Saved views" });
  const names = () => rail.getByRole("link").allInnerTexts();
  await page.getByRole("button", { name: "Saved views" }).click();
  await page.getByRole("menuitem", { name: "Save this filter…" }).click();
  const dialog = page.getByRole("dialog");
  const name = dialog.getByLabel("Name");
  await name.fill("Bugs");
  for (const status of [403, 409, 500]) {
    const lift = await refuse(page, "POST", /\/views$/, status);
    await name.press("Enter");
    await expect(refusal(dialog), String(status)).toBeVisible();
    await expect(name).toHaveValue("Bugs");
    expect(await names()).toEqual(["Old"]);
    await lift();
  }
  await name.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect.poll(names).toEqual(["Old", "Bugs"]);

  const stay = await refuse(page, "DELETE", /\/views\/[^/]+$/, 403);
  await rail.getByRole("link", { name: "Bugs" }).hover();
  await rail.getByRole("button", { name: "Delete the view Bugs" }).click();
  await expect(refusal(page, "“Bugs” was not deleted: ")).toBeVisible();
  expect(await names()).toEqual(["Old", "Bugs"]);
  await stay();
  await rail.getByRole("button", { name: "Delete the view Bugs" }).click();
  await expect.poll(names).toEqual(["Old"]);
  const away = await refuse(page, "POST", /\/views$/, 409);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(refusal(page, "Not undone: ")).toBeVisible();
  expect(await names()).toEqual(["Old"]);
  await away();
  const views = await server.api<{ name: string }[]>("GET", `/boards/${board.boardId}/views`);
  expect(views.map((one) => one.name)).toEqual(["Old"]);
});
