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

test("what takes tokens off leaves the focus to the next one, and at last to the field", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Hull", type: "bug", priority: "high" });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board, "?q=type%3Abug%20is%3Aidle%20priority%3Ahigh");
  await view.movable();
  const off = (token: string) => page.getByRole("link", { name: `No longer filter by ${token}` });
  const field = page.getByLabel("Filter the cards");
  await off("is:idle").press("Enter");
  await expect(field).toHaveValue("type:bug priority:high");
  await expect(off("priority:high")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(off("type:bug")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(field).toBeFocused();
  await field.fill("nowhere");
  await page.getByRole("link", { name: "Clear", exact: true }).press("Enter");
  await expect(field).toBeFocused();
  await field.fill("nowhere");
  await page.getByRole("button", { name: "Clear the filter" }).press("Enter");
  await expect(field).toBeFocused();
});

test("a search that came to nothing says so and is made again, and descriptions that change are searched again", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/ERR_FAILED|status of 503/);
  const board = await server.board();
  const hull = await server.card(board, { title: "Hull", description: "Needs a coat of tar." });
  const sail = await server.card(board, { title: "Sail" });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await page.route("**/cards?q=*", (route) => route.abort());
  await page.getByLabel("Filter the cards").fill("tar");
  await expect(page.getByText("Descriptions could not be searched, which is tried again: Mainstay did not answer.")).toBeVisible();
  await page.unroute("**/cards?q=*");
  await expect.poll(() => view.titles("Backlog")).toEqual(["Hull"]);
  await expect(page.getByText("Descriptions could not be searched")).toBeHidden();
  await server.api("PATCH", `/boards/${board.boardId}/cards/${sail.id}`, { description: "Its ropes are full of tar." });
  await expect.poll(() => view.titles("Backlog")).toEqual(["Hull", "Sail"]);
  await server.api("PATCH", `/boards/${board.boardId}/cards/${hull.id}`, { description: "All done." });
  await expect.poll(() => view.titles("Backlog")).toEqual(["Sail"]);
});

test("descriptions are searched while others edit without a pause", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Hull", description: "Needs a coat of tar." });
  const busy = await server.card(board, { title: "Busy" });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await view.movable();
  let isOver = false;
  const edits = (async () => {
    for (let turn = 0; !isOver; turn += 1) {
      await server.api("PATCH", `/boards/${board.boardId}/cards/${busy.id}`, { title: `Busy ${turn}` });
    }
  })();
  try {
    await page.getByLabel("Filter the cards").fill("tar");
    await expect.poll(() => view.titles("Backlog")).toEqual(["Hull"]);
  } finally {
    isOver = true;
    await edits;
  }
});

test("a search that the server refuses says so, and that it is not tried again", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of 400/);
  const board = await server.board();
  await server.card(board, { title: "Hull" });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  const problem = { type: "about:blank", title: "Bad request", status: 400, detail: "That can't be searched for." };
  await page.route("**/cards?q=*", (route) => route.fulfill({ status: 400, contentType: "application/problem+json", body: JSON.stringify(problem) }));
  await page.getByLabel("Filter the cards").fill("tar");
  await expect(page.getByText("Descriptions could not be searched: That can't be searched for.")).toBeVisible();
});

test("what is selected stays so while its description is searched for more", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Hull", description: "A coat of tar." });
  await server.card(board, { title: "Sail" });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await view.movable();
  const field = page.getByLabel("Filter the cards");
  await field.fill("coat");
  await expect.poll(() => view.titles("Backlog")).toEqual(["Hull"]);
  await view.link("Hull").click({ modifiers: ["ControlOrMeta"] });
  const bar = page.getByRole("toolbar", { name: "Selected cards" });
  await expect(bar).toContainText("1 selected");
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/cards?q=*", async (route) => {
    await released;
    await route.continue();
  });
  await field.fill("coat tar");
  await expect(page.locator(".shown")).toContainText("0 of 2");
  await expect(bar).toContainText("1 selected");
  release();
  await expect.poll(() => view.titles("Backlog")).toEqual(["Hull"]);
  await expect(bar).toContainText("1 selected");
  await field.fill("sail");
  await expect.poll(() => view.titles("Backlog")).toEqual(["Sail"]);
  await expect(bar).toHaveCount(0);
});

test("a filter leaves the open card on the attempt that is shown", async ({ page, server }) => {
  const board = await server.board();
  const card = await server.card(board, { title: "Hull" });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, `/cards/${card.id}?attempt=a7`);
  await page.getByLabel("Filter the cards").fill("hull");
  await expect(page).toHaveURL(/cards\/[^?]+\?q=hull&attempt=a7$/);
  await page.getByRole("link", { name: "Close the card" }).click();
  await expect(page).toHaveURL(/\/boards\/[^/]+\?q=hull$/);
});

test("a card that is moved under a filter goes beside what is seen, and the count of what is left follows", async ({ page, server }) => {
  const board = await server.board();
  const review = (await server.state(board)).columnOrder[2]!;
  await server.card(board, { title: "One", labels: ["ui"] });
  for (const [title, labels] of [["Hidden", []], ["Seen", ["ui"]], ["Last", []]] as const) {
    await server.card(board, { title, labels: [...labels], columnId: review });
  }
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board, "?q=label%3Aui");
  await expect(page.locator(".shown")).toContainText("2 of 4");
  await view.movable();
  const seen = (await view.card("Seen").boundingBox())!;
  await view.lift("One");
  await page.mouse.move(seen.x + 60, seen.y + 4, { steps: 6 });
  await expect.poll(() => view.places("Review")).toEqual(["_", "Seen"]);
  await page.mouse.up();
  await expect.poll(() => view.titles("Review")).toEqual(["One", "Seen"]);
  await page.getByRole("link", { name: "Clear", exact: true }).click();
  await expect.poll(() => view.titles("Review")).toEqual(["Hidden", "One", "Seen", "Last"]);
});

test("what others change comes into the filter and goes out of it, with its column", async ({ page, server }) => {
  const board = await server.board();
  const card = await server.card(board, { title: "Hull", labels: ["ui"] });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board, "?q=label%3Aui");
  const shown = page.locator(".shown");
  await expect(shown).toContainText("1 of 1");
  await server.card(board, { title: "Sail" });
  await expect(shown).toContainText("1 of 2");
  await server.api("PATCH", `/boards/${board.boardId}/cards/${card.id}`, { labels: [] });
  await expect(shown).toContainText("0 of 2");
  await expect(page.getByText("No card fits this filter")).toBeVisible();
  const column = await server.api<{ id: string }>("POST", `/boards/${board.boardId}/columns`, { title: "Quay" });
  await server.card(board, { title: "Rope", labels: ["ui"], columnId: column.id });
  await expect(shown).toContainText("1 of 3");
  await expect.poll(() => view.titles("Quay")).toEqual(["Rope"]);
});

test("words too long to be searched for in descriptions are said to be", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Hull" });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  await page.getByLabel("Filter the cards").fill("hull ".repeat(2) + "a".repeat(500));
  await expect(page.getByText("Descriptions are not searched for more than 500 characters")).toBeVisible();
  await page.getByLabel("Filter the cards").fill("hull");
  await expect(page.getByText("Descriptions are not searched for more than 500 characters")).toBeHidden();
});
