// A person filters a board: tokens, chips, suggestions, descriptions, and the address.
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";

test("tokens and their opposites filter, stand as chips, and are taken off one by one", async ({ page, server }) => {
  const board = await server.board();
  const first = await server.card(board, { title: "Hull", labels: ["needs care"], priority: "high", type: "bug" });
  await server.card(board, { title: "Cabin", labels: ["ui"], dependsOn: [first.id] });
  await server.card(board, { title: "Sail" });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  const field = page.getByLabel("Filter the cards");
  const chips = page.locator(".filter .chip");
  for (const [text, titles] of [
    ["priority:high", ["Hull"]], ["type:bug", ["Hull"]], ["is:blocked", ["Cabin"]], ["-is:blocked", ["Hull", "Sail"]],
    ["label:\"needs care\"", ["Hull"]], ["-label:ui is:idle", ["Hull", "Sail"]], ["-type:bug -cabin", ["Sail"]],
  ] as const) {
    await field.fill(text);
    await expect.poll(() => view.titles("Backlog"), text).toEqual(titles);
    await expect(page.locator(".shown")).toContainText(`${titles.length} of 3`);
  }
  await field.fill("-label:ui type:bug");
  await expect(chips).toHaveText(["-label:ui", "type:bug"]);
  await page.getByRole("link", { name: "No longer filter by type:bug" }).click();
  await expect(chips).toHaveText(["-label:ui"]);
  await expect(field).toHaveValue("-label:ui");
  await expect.poll(() => view.titles("Backlog")).toEqual(["Hull", "Sail"]);
});

test("what is typed replaces the address, so that Back leaves the board", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Hull" });
  await signIn(page, server);
  await page.goto(`${server.url}/projects`);
  await page.getByRole("main").getByRole("link", { name: /lodestar/ }).click();
  const view = new BoardPage(page);
  await view.live();
  await page.getByLabel("Filter the cards").pressSequentially("hull");
  await expect(page).toHaveURL(/q=hull$/);
  await page.goBack();
  await expect(page).toHaveURL(/\/projects$/);
  await page.goForward();
  await expect(page.getByLabel("Filter the cards")).toHaveValue("hull");
});

test("a word that is only in a description is found, and what fits already does not wait for it", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Hull", description: "Needs a coat of **Bärlapp**." });
  await server.card(board, { title: "Bärlapp in the galley" });
  await server.card(board, { title: "Sail" });
  await signIn(page, server);
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/cards?q=*", async (route) => {
    await released;
    await route.continue();
  });
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await page.getByLabel("Filter the cards").fill("bärlapp");
  await expect.poll(() => view.titles("Backlog")).toEqual(["Bärlapp in the galley"]);
  await expect(page.getByText("Searching descriptions…")).toBeVisible();
  release();
  await expect.poll(() => view.titles("Backlog")).toEqual(["Hull", "Bärlapp in the galley"]);
  await expect(page.getByText("Searching descriptions…")).toBeHidden();
  await expect(page.locator(".shown")).toContainText("2 of 3");
});

test("where nothing fits the page says so, with the way back to all", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Hull" });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  await page.getByLabel("Filter the cards").fill("colour:red");
  await expect(page.getByText("No card fits this filter")).toBeVisible();
  await expect(page.getByText("colour:red is no token, so cards are searched for it as a word")).toBeVisible();
  await expect(page.locator(".shown")).toContainText("0 of 1");
  await page.getByRole("button", { name: "Clear the filter" }).click();
  await expect.poll(() => view.titles("Backlog")).toEqual(["Hull"]);
  await expect(page).not.toHaveURL(/q=/);
});

test("the last word is offered as the tokens that it can become", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Hull", labels: ["needs care", "ui"] });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  const offers = () => page.locator("#filter-tokens option").evaluateAll((all) => all.map((it) => it.getAttribute("value")));
  await page.getByLabel("Filter the cards").fill("paint label:");
  await expect.poll(offers).toEqual(["paint label:\"needs care\"", "paint label:ui"]);
  await page.getByLabel("Filter the cards").fill("-is:b");
  await expect.poll(offers).toEqual(["-is:blocked"]);
});
