// The parts of the client that are fetched when they are first needed: which page asks for which, and what is seen when
// one does not come.
import type { Page } from "@playwright/test";
import { BoardPage } from "../board.ts";
import { arrive, expect, signIn, test } from "../fixtures.ts";

/** The browser's own line about a file that was cut off. */
const cutOff = /Failed to load resource: net::ERR_FAILED/;
const notFetched = { name: "This part of Mainstay could not be fetched" };

/** The names of the client's files that the page asks for from now on, without their hashes. */
function asked(page: Page): Set<string> {
  const names = new Set<string>();
  page.on("request", (request) => {
    const name = /\/client\/([^/]+)-[0-9a-f]{16}(?:_bg)?\.(?:wasm|js)$/.exec(request.url())?.[1];
    if (name) names.add(name);
  });
  return names;
}

test("a board asks for the inspector ahead, and for nothing of other pages", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  await signIn(page, server);
  const names = asked(page);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await expect.poll(() => names).toContain("inspector");
  await view.card("Alpha").getByRole("link").click();
  await expect(page.getByRole("complementary").getByRole("heading", { name: "Alpha" })).toBeVisible();
  expect([...names]).toContain("menus");
  for (const other of ["inbox", "projects", "inbox.projects"]) expect([...names]).not.toContain(other);
  await page.getByRole("link", { name: "Projects" }).click();
  await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
  expect([...names]).toContain("projects");
});

test("a card that can't be shown for want of its part of the client says so, and is shown on another try", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(cutOff);
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  await signIn(page, server);
  await page.route("**/client/inspector-*.wasm", (route) => route.abort());
  const view = new BoardPage(page);
  await view.open(server.url, board);
  const link = view.card("Alpha").getByRole("link");
  const inspector = page.getByRole("complementary");

  await link.press("Enter");
  await expect(inspector.getByRole("heading", notFetched)).toBeVisible();
  await expect(inspector).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(inspector).toBeHidden();
  await expect(link).toBeFocused();

  await link.press("Enter");
  const again = inspector.getByRole("button", { name: "Try again" });
  await again.click();
  await expect(again).not.toHaveAttribute("aria-disabled");
  await page.unroute("**/client/inspector-*.wasm");
  await again.click();
  await expect(inspector.getByRole("heading", { name: "Alpha" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(link).toBeFocused();
});

test("whoever goes on while a card is fetched stays where they went", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  await signIn(page, server);
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/client/inspector-*.wasm", async (route) => {
    await released;
    await route.continue();
  });
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await view.card("Alpha").getByRole("link").press("Enter");
  const inspector = page.getByRole("complementary");
  await expect(inspector).toBeFocused();
  const filter = page.getByRole("combobox", { name: "Filter the cards" });
  await filter.focus();
  release();
  await expect(inspector.getByRole("heading", { name: "Alpha" })).toBeVisible();
  await expect(filter).toBeFocused();
});

test("a page on a card works once its parts have come, however late", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(cutOff);
  const board = await server.board();
  const card = await server.card(board, { title: "Alpha" });
  await signIn(page, server);
  let tries = 0;
  await page.route("**/client/inspector-*.wasm", (route) => ((tries += 1) < 3 ? route.abort() : route.continue()));
  await page.goto(`${server.url}/boards/${board.boardId}/cards/${card.id}`);
  const inspector = page.getByRole("complementary");
  await expect(inspector.getByRole("heading", { name: "Alpha" })).toBeVisible();
  await new BoardPage(page).live();
  await inspector.getByRole("link", { name: "Close the card" }).click();
  await expect(inspector).toBeHidden();
});

test("a menu that can't be fetched says so, and one that is asked for early opens when it comes", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(cutOff);
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  await signIn(page, server);
  await page.route("**/client/menus-*.wasm", (route) => route.abort());
  const view = new BoardPage(page);
  await view.open(server.url, board);
  const button = view.card("Alpha").getByRole("button", { name: /^Actions for/ });
  await view.card("Alpha").hover();
  await button.click();
  await expect(page.getByText("The menu could not be fetched: the server did not answer.")).toBeVisible();
  await expect(button).toHaveAttribute("aria-expanded", "false");
  await page.unroute("**/client/menus-*.wasm");
  await view.card("Alpha").hover();
  await button.click();
  await expect(page.getByRole("menu", { name: "Card" }).getByRole("menuitem", { name: "Open" })).toBeFocused();
});

test("a board without what moves its cards says so, and gets it on another try", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(cutOff);
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  await signIn(page, server);
  await page.route("**/client/menus-*.wasm", (route) => route.abort());
  const view = new BoardPage(page);
  await view.open(server.url, board);
  const said = page.getByRole("alert").filter({ hasText: "Cards can't be moved, and menus and keys do nothing: a part of Mainstay could not be fetched." });
  await expect(said).toBeInViewport();
  await said.getByRole("button", { name: "Try again" }).click();
  await expect(said).toBeVisible();
  await page.unroute("**/client/menus-*.wasm");
  await said.getByRole("button", { name: "Try again" }).press("Enter");
  await view.movable();
  await expect(said).toHaveCount(0);
  await expect(view.link("Alpha")).toBeFocused();
});

test("a page that can't be shown for want of its part of the client is shown on another try", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(cutOff);
  await server.board();
  await arrive(page, server);
  await expect(page.locator(".fresh")).toHaveText(/Live/);
  await page.route("**/client/projects-*.wasm", (route) => route.abort());
  await page.getByRole("link", { name: "Projects" }).click();
  await expect(page.getByRole("heading", notFetched)).toBeVisible();
  await page.unroute("**/client/projects-*.wasm");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "Projects", level: 1 })).toBeVisible();
});
