// A person works with keys alone.
import type { Page } from "@playwright/test";
import { Inspector, newest, scenario, stands } from "../attempts.ts";
import { BoardPage } from "../board.ts";
import { type Board, expect, signIn, test } from "../fixtures.ts";
import { keysAreHere } from "../keys.ts";
import type { Server } from "../server.ts";
import { Streams } from "../stream.ts";

/** A board with cards in Backlog and Review, open, with its keys. */
async function open(page: Page, server: Server, backlog: string[], review: string[] = []): Promise<[Board, BoardPage]> {
  const board = await server.board();
  for (const title of backlog) await server.card(board, { title });
  const columnId = await server.column(board, "review");
  for (const title of review) await server.card(board, { title, columnId });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await keysAreHere(page);
  return [board, view];
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.closest("[data-card]")?.textContent ?? "");
const spoken = (page: Page) => page.locator("p.u-hidden[role=status]").last();
const selected = (page: Page) => page.locator(".card.is-selected");

test("arrows and h j k l move the focus from card to card, and Enter opens", async ({ page, server }) => {
  await open(page, server, ["One", "Two"], ["Three"]);
  for (const [key, title] of [["j", "One"], ["ArrowDown", "Two"], ["ArrowDown", "Two"], ["k", "One"], ["l", "Three"],
    ["ArrowLeft", "One"], ["ArrowRight", "Three"], ["h", "One"]] as const) {
    await page.keyboard.press(key);
    await expect.poll(() => focused(page), key).toContain(title);
  }
  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary")).toBeVisible();
  await expect(page).toHaveURL(/\/cards\//);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("complementary")).toHaveCount(0);
  await expect.poll(() => focused(page)).toContain("One");
});

test("c adds a card in the column of the focus, and / goes to the filter", async ({ page, server }) => {
  const [, view] = await open(page, server, ["One"], ["Two"]);
  await page.keyboard.press("c");
  await page.keyboard.type("Added");
  await page.keyboard.press("Enter");
  await expect.poll(() => view.titles("Backlog")).toEqual(["One", "Added"]);
  await page.keyboard.press("Escape");
  await view.card("Two").locator("a").focus();
  await page.keyboard.press("c");
  await page.keyboard.type("Reviewed");
  await page.keyboard.press("Enter");
  await expect.poll(() => view.titles("Review")).toEqual(["Two", "Reviewed"]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  await page.keyboard.type("added");
  await expect(page.getByRole("search").locator(".shown")).toContainText("1 of 4");
});

test("a key right after Escape has the focus, and what Escape left behind does not take it back", async ({ page, server }) => {
  await open(page, server, ["One"]);
  await page.keyboard.press("c");
  await expect(page.getByRole("textbox", { name: "Title of the new card" })).toBeFocused();
  // Both before the next frame.
  await page.evaluate(async () => {
    for (const key of ["Escape", "/"]) {
      const { port1, port2 } = new MessageChannel();
      document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      await new Promise((done) => { port1.onmessage = done; port2.postMessage(0); });
    }
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
  await expect(page.getByRole("search").getByRole("combobox")).toBeFocused();
});

test("typing is never disturbed", async ({ page, server }) => {
  const [board, view] = await open(page, server, ["One"]);
  const before = await server.state(board);
  const text = "c/n?hjklxs123 Zz";
  const filter = page.getByRole("search").getByRole("combobox");
  await filter.focus();
  await page.keyboard.type(text);
  await expect(filter).toHaveValue(text);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+k");
  await expect(page.locator("dialog[open]")).toHaveCount(0);
  await filter.fill("");
  await view.card("One").locator("a").click();
  await page.getByRole("tab", { name: "Card" }).click();
  await page.getByRole("button", { name: "Edit the title" }).click();
  await page.keyboard.press("End");
  await page.keyboard.type(text);
  await expect(page.locator(".input.is-title")).toHaveValue(`One${text}`);
  await page.keyboard.press("Escape");
  expect(await server.state(board)).toEqual(before);
});

test("? shows all shortcuts, and single keys can be turned off for good", async ({ page, server }) => {
  const [board, view] = await open(page, server, ["One"]);
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  for (const words of ["Add a card", "Filter the cards", "Lift the card", "Move the card at once", "Start an attempt",
    "The next that needs you", "Undo what you did last", "Find a page, a card or a command", "Select the card, or no longer"]) {
    await expect(sheet.getByText(words, { exact: true })).toBeVisible();
  }
  await page.keyboard.press("c");
  await expect(page.getByRole("textbox", { name: "Title of the new card" }), "a dialog has its own keys").toHaveCount(0);
  await sheet.getByRole("checkbox").uncheck();
  await page.keyboard.press("Escape");
  await expect(sheet).toHaveCount(0);
  await page.reload();
  await view.live();
  await keysAreHere(page);
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => focused(page)).toContain("One");
  for (const key of ["c", "x", "?"]) await page.keyboard.press(key);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("dialog", { name: "Command palette" })).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Title of the new card" })).toHaveCount(0);
  await expect(selected(page)).toHaveCount(0);
  expect(Object.keys((await server.state(board)).cards)).toHaveLength(1);
});

test("the palette opens a card, a page and a command by the keyboard alone", async ({ page, server }) => {
  const [board, view] = await open(page, server, ["Fix the login", "Write the docs"], ["Elsewhere"]);
  await page.keyboard.press("j");
  await page.keyboard.press("Control+k");
  const palette = page.getByRole("dialog", { name: "Command palette" });
  const field = palette.getByRole("combobox");
  await expect(field).toBeFocused();
  await page.keyboard.type("docs");
  await expect(palette.getByRole("option", { selected: true })).toContainText("Write the docs");
  const active = await field.getAttribute("aria-activedescendant");
  await expect(palette.locator(`#${active}`)).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary").getByText("Write the docs").first()).toBeVisible();
  await page.keyboard.press("Escape");
  // What was found last is offered first.
  await page.keyboard.press("Control+k");
  await expect(palette.getByRole("option").first()).toContainText("Write the docs");
  await page.keyboard.type("move lod-2 to review");
  await expect(palette.getByRole("option", { selected: true })).toContainText("Move LOD-2 to Review");
  await page.keyboard.press("Enter");
  await expect.poll(() => view.titles("Review")).toEqual(["Elsewhere", "Write the docs"]);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: /^Find a page/ })).toBeFocused();
  await page.keyboard.type("inbox");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`${server.url}/`);
  await keysAreHere(page);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: /^Find a page/ })).toBeFocused();
  await page.keyboard.type(board.name);
  await expect(palette.getByRole("option", { selected: true })).toContainText(board.name);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(new RegExp(board.boardId));
});

test("an attempt is started and its question answered by the keyboard alone", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "ask", "Ask me");
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await keysAreHere(page);
  await page.keyboard.press("j");
  await expect.poll(() => focused(page)).toContain("Ask me");
  await page.keyboard.press("s");
  await expect(spoken(page)).toHaveText(/^Started LOD-1: demo/);
  const attempt = await newest(server, board, card);
  await stands(server, attempt, "waiting");
  await expect(page.getByRole("button", { name: /needs? you/ })).toBeVisible();
  await page.keyboard.press("n");
  const inspector = new Inspector(page);
  await expect(inspector.question).toBeVisible();
  await expect.poll(() => inspector.hasFocus()).toBe(true);
  const names = await inspector.question.getByRole("button").allInnerTexts();
  await page.keyboard.press(String(names.findIndex((name) => name.startsWith("Allow")) + 1));
  await stands(server, attempt, "succeeded");
});

test("the palette starts an attempt", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "edit", "Do it");
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await keysAreHere(page);
  await page.keyboard.press("j");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: /^Find a page/ })).toBeFocused();
  await page.keyboard.type("start");
  await expect(page.getByRole("option", { selected: true })).toContainText("Start an attempt at LOD-1");
  await page.keyboard.press("Enter");
  await expect.poll(async () => Boolean(await newest(server, board, card))).toBe(true);
});

test("s says why an attempt can't be started", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/409/);
  const [board, view] = await open(page, server, ["First"]);
  const first = Object.keys((await server.state(board)).cards)[0];
  await server.card(board, { title: "Later", dependsOn: [first] });
  await view.card("Later").locator("a").focus();
  await page.keyboard.press("s");
  await expect(page.getByText(/^LOD-2 was not started: .*blocked/)).toBeVisible();
});

test("n goes through the inbox", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "ask", "Ask me");
  await server.api("POST", `/boards/${board.boardId}/cards/${card.id}/attempts`, { agent: "demo" });
  await stands(server, await newest(server, board, card), "waiting");
  await signIn(page, server);
  await page.goto(server.url);
  await keysAreHere(page);
  await expect(page.locator(".queue .need__link")).toHaveCount(1);
  await page.keyboard.press("n");
  await expect(page.locator(".queue .need__link")).toBeFocused();
});

test("keys that come faster than frames are each about the card that the one before led to", async ({ page, server }) => {
  const board = await server.board();
  for (const title of ["One", "Two", "Three", "Four"]) await server.card(board, { title });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await keysAreHere(page);
  await page.evaluate(() => {
    for (const key of ["j", "x", "j", "x", "j"]) {
      document.activeElement!.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    }
  });
  await expect(selected(page)).toHaveCount(2);
  await expect(view.card("Three").locator("a")).toBeFocused();
  await expect(selected(page).first()).toContainText("One");
});

test("what is selected is moved by one request, with one patch and one undo", async ({ page, server }) => {
  const board = await server.board();
  for (const title of ["One", "Two", "Three", "Four"]) await server.card(board, { title });
  await signIn(page, server);
  const streams = await Streams.of(page);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await keysAreHere(page);
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(selected(page)).toHaveCount(1);
  await page.keyboard.press("Shift+ArrowDown");
  await page.keyboard.press("Shift+ArrowDown");
  await expect(selected(page)).toHaveCount(3);
  await page.keyboard.press("Shift+ArrowUp");
  await expect(selected(page)).toHaveCount(2);
  await expect(spoken(page)).toHaveText("LOD-2 selected, 2 in all");
  const bar = page.getByRole("toolbar", { name: "Selected cards" });
  await expect(bar).toContainText("2 selected");
  await bar.getByRole("button", { name: "Move to…" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Review", exact: true }).press("Enter");
  await expect.poll(() => view.titles("Review")).toEqual(["One", "Two"]);
  await expect(page.getByText("2 cards moved", { exact: true })).toBeVisible();
  await expect.poll(() => streams.of("board_patch").length).toBe(1);
  await page.keyboard.press("Control+z");
  await expect.poll(() => view.titles("Backlog")).toEqual(["One", "Two", "Three", "Four"]);
  await expect.poll(() => streams.of("board_patch").length).toBe(2);
  await page.keyboard.press("Escape");
  await expect(bar).toHaveCount(0);
});

test("cards are selected with the mouse, labelled, given a priority, and deleted with one undo", async ({ page, server }) => {
  const [board, view] = await open(page, server, ["One", "Two", "Three"]);
  await server.card(board, { title: "Labelled", labels: ["ui"] });
  await view.card("One").locator("a").click({ modifiers: ["ControlOrMeta"] });
  await view.card("Three").locator("a").click({ modifiers: ["Shift"] });
  await expect(selected(page)).toHaveCount(3);
  await view.card("Two").locator("a").click({ modifiers: ["ControlOrMeta"] });
  await expect(selected(page)).toHaveCount(2);
  await expect(page).not.toHaveURL(/\/cards\//);
  const bar = page.getByRole("toolbar", { name: "Selected cards" });
  await bar.getByRole("button", { name: "Label" }).click();
  await page.getByRole("menuitem", { name: "ui" }).click();
  await expect(view.card("One")).toContainText("ui");
  await expect(view.card("Three")).toContainText("ui");
  await bar.getByRole("button", { name: "Priority" }).click();
  await page.getByRole("menuitem", { name: "High" }).click();
  await expect(page.getByRole("img", { name: "High priority" })).toHaveCount(2);
  await bar.getByRole("button", { name: "Delete" }).click();
  await expect.poll(() => view.titles("Backlog")).toEqual(["Two", "Labelled"]);
  await page.locator(".toast").filter({ hasText: "2 cards deleted" }).getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => view.titles("Backlog")).toEqual(["One", "Two", "Three", "Labelled"]);
  await expect(page.getByText("Undone: 2 cards deleted")).toBeVisible();
});

test("a bulk that is refused is taken back whole, and says which card it was", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/409/);
  const [board, view] = await open(page, server, ["One"]);
  const first = Object.keys((await server.state(board)).cards)[0];
  await server.card(board, { title: "Blocked", dependsOn: [first] });
  await server.card(board, { title: "Free" });
  await expect(view.card("Free")).toBeVisible();
  const before = await server.state(board);
  await view.card("Blocked").locator("a").click({ modifiers: ["ControlOrMeta"] });
  await view.card("Free").locator("a").click({ modifiers: ["ControlOrMeta"] });
  await page.getByRole("button", { name: "Move to…", exact: true }).click();
  await page.getByRole("menuitem", { name: "In Progress" }).click();
  await expect(page.getByText(/^Nothing was changed: LOD-2 "Blocked" can't go to In Progress: it is blocked by LOD-1/)).toBeVisible();
  await expect.poll(() => view.titles("Backlog")).toEqual(["One", "Blocked", "Free"]);
  expect(await server.state(board)).toEqual(before);
});

test("adding, editing, moving and a column's name are undone one after the other", async ({ page, server }) => {
  const [board, view] = await open(page, server, ["One"]);
  await view.addCard("Backlog", "Added");
  await page.keyboard.press("Escape");
  await expect(view.card("Added").locator(".card__key")).toHaveText(/LOD-2/);
  await view.moveTo("Added", "Review");
  await expect.poll(() => view.titles("Review")).toEqual(["Added"]);
  await view.card("Added").locator("a").click();
  await page.getByRole("tab", { name: "Card" }).click();
  await page.getByRole("combobox", { name: "Priority" }).selectOption("High");
  await expect(view.card("Added").getByRole("img", { name: "High priority" })).toBeVisible();
  await page.getByRole("link", { name: "Close the card" }).click();
  const menu = await view.columnMenu("Done");
  await menu.getByRole("menuitem", { name: "Rename or limit…" }).click();
  await page.getByRole("textbox", { name: "Title", exact: true }).fill("Shipped");
  await page.keyboard.press("Enter");
  await expect(view.column("Shipped")).toBeVisible();
  await expect.poll(async () => Object.values((await server.state(board)).columns).some((one) => one.title === "Shipped")).toBe(true);
  await page.keyboard.press("Control+z");
  await expect(view.column("Done")).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(view.card("Added").getByRole("img", { name: "High priority" })).toHaveCount(0);
  await page.keyboard.press("Control+z");
  await expect.poll(() => view.titles("Backlog")).toEqual(["One", "Added"]);
  await page.keyboard.press("Control+z");
  await expect.poll(() => view.titles("Backlog")).toEqual(["One"]);
  await expect.poll(async () => Object.keys((await server.state(board)).cards).length).toBe(1);
  await page.keyboard.press("Control+z");
  await expect(page.getByText("There is nothing to undo")).toBeVisible();
});

test("what somebody has changed since is not undone", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/412/);
  const [board, view] = await open(page, server, ["One", "Two"]);
  await view.moveTo("One", "Review");
  await expect.poll(() => view.titles("Review")).toEqual(["One"]);
  const card = Object.values((await server.state(board)).cards).find((one) => one.title === "One")!;
  await server.api("PATCH", `/boards/${board.boardId}/cards/${card.id}`, { title: "One, by another" });
  await expect(view.card("One, by another")).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(page.getByText(/^Not undone: LOD-1 "One, by another" was changed by someone since\.$/)).toBeVisible();
  await expect.poll(() => view.titles("Review")).toEqual(["One, by another"]);
});

test("a card in focus that somebody else moves keeps the focus, and only that card does", async ({ page, server }) => {
  const [board, view] = await open(page, server, ["One", "Two", "Three"]);
  const review = await server.column(board, "review");
  const move = async (title: string, body: Record<string, unknown>) => {
    const card = Object.values((await server.state(board)).cards).find((one) => one.title === title)!;
    await server.api("POST", `/boards/${board.boardId}/cards/${card.id}/move`, body);
  };
  await view.link("Two").focus();
  await move("Two", { columnId: review, index: 0 });
  await expect.poll(() => view.titles("Review")).toEqual(["Two"]);
  await expect(view.link("Two")).toBeFocused();
  await move("Two", { columnId: await server.column(board, "backlog"), index: 0 });
  await expect.poll(() => view.titles("Backlog")).toEqual(["Two", "One", "Three"]);
  await expect(view.link("Two")).toBeFocused();
  // Its own column is put in another order.
  await move("Two", { columnId: await server.column(board, "backlog"), index: 2 });
  await expect.poll(() => view.titles("Backlog")).toEqual(["One", "Three", "Two"]);
  await expect(view.link("Two")).toBeFocused();
  // What was let go of, in a frame of its own, is not caught again.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await move("Two", { columnId: review, index: 0 });
  await expect.poll(() => view.titles("Review")).toEqual(["Two"]);
  await expect(view.link("Two")).not.toBeFocused();
  const filter = page.getByRole("combobox", { name: "Filter the cards" });
  await filter.focus();
  await move("Two", { columnId: review, index: 0 });
  await move("One", { columnId: review, index: 0 });
  await expect.poll(() => view.titles("Review")).toEqual(["One", "Two"]);
  await expect(filter).toBeFocused();
});

test("undo and the palette move the card in focus, and the focus goes along", async ({ page, server }) => {
  const [, view] = await open(page, server, ["One", "Two"]);
  await view.link("One").focus();
  await page.keyboard.press("Alt+ArrowRight");
  await expect.poll(() => view.titles("In Progress")).toEqual(["One"]);
  await page.keyboard.press("Control+z");
  await expect.poll(() => view.titles("Backlog")).toEqual(["One", "Two"]);
  await expect(view.link("One")).toBeFocused();
  await page.keyboard.press("x");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: /^Find a page/ })).toBeFocused();
  await page.keyboard.type("move 1 selected to review");
  await expect(page.getByRole("option", { selected: true })).toContainText("Move 1 selected to Review");
  await page.keyboard.press("Enter");
  await expect.poll(() => view.titles("Review")).toEqual(["One"]);
  await expect(view.link("One")).toBeFocused();
});

test("a card in focus that is deleted, or that the filter hides, leaves the focus to its neighbour", async ({ page, server }) => {
  const [board, view] = await open(page, server, ["One", "Two", "Three"]);
  const id = (await server.state(board)).cards;
  const of = (title: string) => Object.values(id).find((one) => one.title === title)!.id;
  await view.link("Two").focus();
  await server.api("DELETE", `/boards/${board.boardId}/cards/${of("Two")}`);
  await expect(view.link("Three")).toBeFocused();
  await expect(spoken(page)).toHaveText("LOD-2 is no longer on the board");
  await page.getByRole("combobox", { name: "Filter the cards" }).fill("-type:bug");
  await view.link("Three").focus();
  await server.api("PATCH", `/boards/${board.boardId}/cards/${of("Three")}`, { type: "bug" });
  await expect(view.link("One")).toBeFocused();
  await expect(spoken(page)).toHaveText("LOD-3 is no longer shown");
});

test("a notice that goes by key leaves the focus on the board", async ({ page, server }) => {
  const [, view] = await open(page, server, ["One", "Two"]);
  await (await view.cardMenu("Two")).getByRole("menuitem", { name: "Delete" }).press("Enter");
  await expect.poll(() => view.titles("Backlog")).toEqual(["One"]);
  await page.locator(".toast").getByRole("button", { name: "Undo" }).press("Enter");
  await expect.poll(() => view.titles("Backlog")).toEqual(["One", "Two"]);
  await page.locator(".toast").filter({ hasText: "Undone" }).getByRole("button", { name: "Dismiss" }).press("Enter");
  await expect(page.locator(".toast")).toHaveCount(0);
  await expect(view.link("One")).toBeFocused();
});

test("two undos in a row, while something is on its way, take two steps back", async ({ page, server }) => {
  const [, view] = await open(page, server, ["One", "Two"]);
  await view.moveTo("One", "Review");
  await expect.poll(() => view.titles("Review")).toEqual(["One"]);
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/(move|bulk)$/, async (route) => {
    await released;
    await route.continue();
  });
  await view.moveTo("One", "Done");
  await expect.poll(() => view.titles("Done")).toEqual(["One"]);
  await page.keyboard.press("Control+z");
  await page.keyboard.press("Control+z");
  release();
  await expect.poll(() => view.titles("Backlog")).toEqual(["One", "Two"]);
  await expect(page.getByText("Undone: LOD-1 moved")).toBeVisible();
  await expect(page.locator(".toast.is-fail")).toHaveCount(0);
});

test("a label for many is put on what they have become by then", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/412/);
  const [board, view] = await open(page, server, ["One", "Two"]);
  await server.card(board, { title: "Labelled", labels: ["ui"] });
  await expect(view.card("Labelled")).toBeVisible();
  const ids = Object.values((await server.state(board)).cards);
  const one = ids.find((card) => card.title === "One")!.id;
  await view.link("One").click({ modifiers: ["ControlOrMeta"] });
  await view.link("Two").click({ modifiers: ["ControlOrMeta"] });
  let tries = 0;
  await page.route("**/cards/bulk", async (route) => {
    // Somebody else is faster.
    if (tries++ === 0) await server.api("PATCH", `/boards/${board.boardId}/cards/${one}`, { labels: ["theirs"] });
    await route.continue();
  });
  await page.getByRole("toolbar", { name: "Selected cards" }).getByRole("button", { name: "Label" }).click();
  await page.getByRole("menuitem", { name: "ui" }).click();
  await expect(page.getByText("2 cards changed", { exact: true })).toBeVisible();
  const labels = async () => Object.values((await server.state(board)).cards).map((card) => [card.title, card.labels.join()]).sort();
  expect(await labels()).toEqual([["Labelled", "ui"], ["One", "theirs,ui"], ["Two", "ui"]]);
  await page.keyboard.press("Control+z");
  await expect.poll(labels).toEqual([["Labelled", "ui"], ["One", "theirs"], ["Two", ""]]);
});

test("a card whose lower neighbour has left goes back beside the one that is there, and a column among the others", async ({ page, server }) => {
  const [board, view] = await open(page, server, ["One", "Two", "Three", "Four"]);
  const two = Object.values((await server.state(board)).cards).find((card) => card.title === "Three")!;
  await view.moveTo("Two", "Review");
  await expect.poll(() => view.titles("Review")).toEqual(["Two"]);
  await server.api("POST", `/boards/${board.boardId}/cards/${two.id}/move`, { columnId: await server.column(board, "done"), index: 0 });
  await expect.poll(() => view.titles("Backlog")).toEqual(["One", "Four"]);
  await page.keyboard.press("Control+z");
  await expect.poll(() => view.titles("Backlog")).toEqual(["One", "Two", "Four"]);
  const titles = () => page.locator(".column h2").allInnerTexts();
  await (await view.columnMenu("Review")).getByRole("menuitem", { name: "Move left" }).click();
  await expect.poll(titles).toEqual(["Backlog", "Review", "In Progress", "Done"]);
  await server.api("POST", `/boards/${board.boardId}/columns`, { title: "Ideas", index: 0 });
  await expect.poll(titles).toEqual(["Ideas", "Backlog", "Review", "In Progress", "Done"]);
  await page.keyboard.press("Control+z");
  await expect.poll(titles).toEqual(["Ideas", "Backlog", "In Progress", "Review", "Done"]);
  await (await view.columnMenu("Review")).getByRole("menuitem", { name: "Move left" }).click();
  await expect.poll(titles).toEqual(["Ideas", "Backlog", "Review", "In Progress", "Done"]);
  await server.api("PATCH", `/boards/${board.boardId}/columns/${await server.column(board, "review")}`, { index: 4 });
  await expect.poll(titles).toEqual(["Ideas", "Backlog", "In Progress", "Done", "Review"]);
  await page.keyboard.press("Control+z");
  await expect(page.getByText("Not undone: The columns were put in another order since.")).toBeVisible();
  await expect.poll(titles).toEqual(["Ideas", "Backlog", "In Progress", "Done", "Review"]);
});

test("the palette is about the card that was closed a moment ago", async ({ page, server }) => {
  const [, view] = await open(page, server, ["One", "Two"]);
  await view.link("Two").click();
  await expect(page.getByRole("complementary").getByText("Two").first()).toBeVisible();
  await expect(page.locator("#inspector")).toContainText("LOD-2");
  // Both before the next frame.
  await page.evaluate(() => {
    const press = (key: string, ctrlKey = false) =>
      (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true, cancelable: true }));
    press("Escape");
    press("k", true);
  });
  await expect(page.getByRole("combobox", { name: /^Find a page/ })).toBeFocused();
  await page.keyboard.type("move lod-2 to review");
  await expect(page.getByRole("option", { selected: true })).toContainText("Move LOD-2 to Review");
  await page.keyboard.press("Escape");
  await expect(view.link("Two")).toBeFocused();
});

test("what is typed right after a key that opens a field or the palette goes there, however fast", async ({ page, server }) => {
  const [board, view] = await open(page, server, ["One", "Two"]);
  await view.link("Two").focus();
  // Each key as soon as the one before it was dealt with, in one frame.
  const press = (keys: [string, boolean][]) => page.evaluate(async (keys) => {
    for (const [key, ctrlKey] of keys) {
      (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true, cancelable: true }));
      await new Promise((resolve) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = resolve; port2.postMessage(0); });
    }
  }, keys);
  await press([["k", true], ["x", false], ["s", false]]);
  await expect(page.getByRole("combobox", { name: /^Find a page/ })).toBeFocused();
  await expect(selected(page)).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(view.link("Two")).toBeFocused();
  await press([["/", false], ["x", false], ["s", false]]);
  await expect(page.getByLabel("Filter the cards")).toBeFocused();
  await expect(selected(page)).toHaveCount(0);
  expect(Object.values((await server.state(board)).cards).every((card) => !("attempt" in card))).toBe(true);
});

test("Escape leaves the filter's field for the cards, once it is empty", async ({ page, server }) => {
  const [, view] = await open(page, server, ["One", "Two"]);
  await page.keyboard.press("/");
  await page.keyboard.type("two");
  await expect.poll(() => view.titles("Backlog")).toEqual(["Two"]);
  await page.keyboard.press("Escape");
  await expect.poll(() => view.titles("Backlog")).toEqual(["One", "Two"]);
  await expect(page.getByLabel("Filter the cards")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(view.link("One")).toBeFocused();
});

test("what is selected gets a label and a priority by the keyboard alone, and stays selected when that is refused", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of 503/);
  const [board, view] = await open(page, server, ["One", "Two", "Three"]);
  await view.link("One").focus();
  for (const key of ["x", "j", "x"]) await page.keyboard.press(key);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("priority");
  await expect(page.getByRole("option", { selected: true })).toContainText("Set the priority of 2 selected…");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Urgent" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect.poll(async () => Object.values((await server.state(board)).cards as Record<string, { priority?: string }>).map((card) => card.priority ?? "").sort()).toEqual(["", "urgent", "urgent"]);

  const problem = { type: "about:blank", title: "Busy", status: 503, detail: "The disk is full." };
  await page.route("**/bulk", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify(problem) }));
  await page.getByRole("toolbar", { name: "Selected cards" }).getByRole("button", { name: "Delete" }).press("Enter");
  await expect(page.getByText("Nothing was changed: The disk is full.")).toBeVisible();
  await expect.poll(() => view.titles("Backlog")).toEqual(["One", "Two", "Three"]);
  await expect(selected(page)).toHaveCount(2);
});

test("a label that could not be put on stays to be mended", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of 503/);
  const [board, view] = await open(page, server, ["One", "Two"]);
  await view.link("One").focus();
  await page.keyboard.press("x");
  await page.getByRole("toolbar", { name: "Selected cards" }).getByRole("button", { name: "Label" }).click();
  await page.getByRole("menuitem", { name: "New label…" }).click();
  const dialog = page.getByRole("dialog", { name: "New label" });
  const field = dialog.getByLabel("Label", { exact: true });
  await field.fill("hull work");
  await page.route("**/bulk", (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify({ type: "about:blank", title: "Busy", status: 503, detail: "The disk is full." }) }));
  await page.keyboard.press("Enter");
  await expect(dialog.getByRole("alert")).toContainText("Nothing was changed: The disk is full.");
  await expect(field).toHaveValue("hull work");
  await page.unroute("**/bulk");
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect.poll(async () => Object.values((await server.state(board)).cards).map((card) => card.labels.join())).toEqual(["hull work", ""]);
});

test("a selected card says so without its colour, and gets a label that no card has yet", async ({ page, server }) => {
  const [board, view] = await open(page, server, ["One", "Two"]);
  await expect(view.link("One")).toHaveAccessibleDescription("Space lifts the card, Alt with an arrow moves it at once, x selects it.");
  const mark = () => view.link("One").evaluate((link) => getComputedStyle(link, "::before").borderBottomWidth);
  expect(await mark()).toBe("0px");
  await view.link("One").focus();
  await page.keyboard.press("x");
  await expect(view.link("One")).toHaveAccessibleDescription(/^Selected\. Space lifts/);
  expect(await mark()).toBe("2px");
  await page.keyboard.press("x");
  await expect(spoken(page)).toHaveText("LOD-1 no longer selected, 0 in all");
  await page.keyboard.press("x");
  await page.getByRole("toolbar", { name: "Selected cards" }).getByRole("button", { name: "Label" }).click();
  await page.getByRole("menuitem", { name: "New label…" }).click();
  const dialog = page.getByRole("dialog", { name: "New label" });
  await dialog.getByRole("button", { name: "Put it on" }).click();
  await expect(dialog.getByRole("alert")).toContainText("A label");
  await dialog.getByLabel("Label", { exact: true }).fill("hull work");
  await page.keyboard.press("Enter");
  await expect(dialog).toHaveCount(0);
  await expect.poll(async () => Object.values((await server.state(board)).cards).map((card) => card.labels.join())).toEqual(["hull work", ""]);
});
