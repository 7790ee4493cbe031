// What axe finds in the states that a page gets into while somebody works, wide and narrow, in both themes.
import { mkdirSync } from "node:fs";
import { Inspector, open, scenario, stands, start } from "../attempts.ts";
import { Looks } from "../axe.ts";
import { BoardPage } from "../board.ts";
import { expect, serverIsDown, signIn, test } from "../fixtures.ts";
import { keysAreHere } from "../keys.ts";
import { setClock, stopClock } from "../stream.ts";

test("axe finds nothing to object to before somebody is in, on the first run, and where there is no page", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of (401|404)/);
  const looks = await Looks.of(page);
  await page.goto(`${server.url}/sign-in`);
  await looks.at("sign-in", [375]);
  await page.getByLabel(/token/i).fill("not the token that it takes");
  await page.getByRole("button", { name: /sign in/i }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await looks.at("a refused sign-in");

  for (const name of ["one", "two"]) mkdirSync(`${server.home}/src/${name}/.git`, { recursive: true });
  await signIn(page, server);
  await page.goto(`${server.url}/projects`);
  await expect(page.getByRole("radio")).toHaveCount(2);
  await looks.at("the first run, with what is nearby");
  const board = await server.board();
  await page.goto(`${server.url}/projects`);
  await page.locator("header").getByRole("button", { name: "Add a project" }).click();
  await expect(page.getByRole("dialog", { name: "Add a project" }).getByRole("radio")).toHaveCount(3);
  await looks.at("adding a project");
  for (const [address, width] of [["/nowhere", 1440], [`/boards/${board.boardId}/cards/unknown`, 375]] as const) {
    await page.goto(server.url + address);
    await expect(page.getByRole("heading", { name: "There is no such page" })).toBeVisible();
    await looks.at(address, [width]);
  }
  looks.nothing();
});

test("axe finds nothing to object to in a board that is filtered, saved and folded, and then signed out", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of (401|409)/);
  const board = await server.board();
  await server.card(board, { title: "Alpha", labels: ["ui"], priority: "urgent", type: "feature" });
  await server.card(board, { title: "Beta", type: "bug", columnId: await server.column(board, "review") });
  await server.api("POST", `/boards/${board.boardId}/views`, { name: "Design", query: "label:ui" });
  const looks = await Looks.of(page);
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await (await view.columnMenu("Review")).getByRole("menuitem", { name: "Collapse" }).click();
  await expect(view.column("Review").getByRole("button", { name: "Expand Review" })).toBeFocused();
  await page.getByLabel("Filter the cards").fill("label:ui -type:bug");
  await expect(page.locator(".filter .chip")).toHaveCount(2);
  await looks.at("a strip and chips");

  await page.getByRole("button", { name: "Saved views" }).click();
  await page.getByRole("menuitem", { name: "Save this filter…" }).click();
  await page.getByRole("dialog").getByLabel("Name").fill("Design");
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("has a view");
  await looks.at("a view to be saved");
  await page.keyboard.press("Escape");
  await page.getByLabel("Filter the cards").fill("colour:red");
  await expect(page.getByText("No card fits this filter")).toBeVisible();
  await looks.at("a filter with a remark that nothing fits");
  await page.request.delete(`${server.url}/api/v1/session`);
  await expect(page.locator(".banner")).toContainText("You were signed out");
  await looks.at("signed out");
  looks.nothing();
});

test("axe finds nothing to object to in what somebody is told, with a card in the hand, and in what keys open", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of 409/);
  const board = await server.board();
  const first = await server.card(board, { title: "Foundation" });
  for (const title of ["Roof", "Walls"]) await server.card(board, { title, dependsOn: [first.id] });
  await server.card(board, { title: "Fence" });
  const looks = await Looks.of(page);
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await keysAreHere(page);
  await (await view.cardMenu("Fence")).getByRole("menuitem", { name: "Delete" }).click();
  await expect(page.locator(".toast")).toHaveCount(1);
  await view.link("Roof").focus();
  await page.keyboard.press("Alt+ArrowRight");
  await expect(page.locator(".toast.is-fail")).toHaveCount(1);
  // Notices stay while one of them is pointed at; each by itself.
  await page.locator(".toast").getByRole("button", { name: "Undo" }).focus();
  await looks.at("notices");

  await view.link("Walls").focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowDown");
  await expect(view.slot).toBeVisible();
  await looks.at("a card in the hand");
  await page.keyboard.press("Escape");
  await page.keyboard.press("x");
  await expect(page.getByRole("toolbar")).toBeVisible();
  await looks.at("a selection");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  await looks.at("the shortcuts");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("listbox").getByRole("option").first()).toBeVisible();
  await looks.at("the palette");
  looks.nothing();
});

test("axe finds nothing to object to in a card that is edited, overtaken, failed and deleted", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of 404/);
  const board = await server.board();
  const card = await scenario(server, board, "crash", "Alpha");
  await stands(server, await start(server, board, card), "failed");
  const looks = await Looks.of(page);
  const { inspector } = await open(page, server, board, card);
  await expect(inspector.standing).toHaveText("Failed");
  await looks.at("a failed attempt");
  await inspector.tab("Log").click();
  await expect(inspector.root.locator(".log__line").first()).toBeVisible();
  await looks.at("its log");

  await inspector.tab("Card").click();
  await inspector.button("Edit the description").click();
  await inspector.root.getByRole("textbox", { name: /^Description/ }).fill("Half a thought");
  await inspector.button("Edit the title").click();
  await inspector.root.getByRole("textbox", { name: "Title" }).fill("");
  await page.keyboard.press("Enter");
  await expect(inspector.root.getByRole("alert").filter({ hasText: "empty" })).toBeVisible();
  await server.api("PATCH", `/boards/${board.boardId}/cards/${card.id}`, { description: "Another's thought" });
  await inspector.root.getByText("Show the new text").click();
  await looks.at("texts that are edited");
  await server.api("DELETE", `/boards/${board.boardId}/cards/${card.id}`);
  await expect(inspector.root.getByRole("heading", { name: "This card was deleted" })).toBeVisible();
  await looks.at("a card that is gone");
  looks.nothing();
});

test("axe finds nothing to object to in a page that is no longer live", async ({ page, server, context, expectedInConsole }) => {
  expectedInConsole.allow(serverIsDown);
  const board = await server.board();
  const card = await server.card(board, { title: "Alpha", description: "Use `slate`.", labels: ["ui"], priority: "high", type: "bug" });
  await setClock(context);
  const looks = await Looks.of(page);
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, `/cards/${card.id}`);
  await new Inspector(page).tab("Card").click();
  await stopClock(page);
  await server.kill();
  await expect(view.fresh).toHaveText(/Reconnecting in/);
  // Time passes while axe looks, or it would wait for ever.
  await page.clock.resume();
  await looks.at("reconnecting");
  await stopClock(page);
  const comesBack = async () => {
    await expect(view.fresh).toHaveText(/Reconnecting in|Offline since/);
    return (await view.fresh.innerText()).startsWith("Reconnecting");
  };
  while (await comesBack()) await page.clock.runFor(12_000);
  await expect(page.locator(".banner")).toContainText("Offline since");
  await page.clock.resume();
  await looks.at("offline");
  looks.nothing();
});
