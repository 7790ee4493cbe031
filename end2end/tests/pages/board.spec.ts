// A person works a board.
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";

test("cards are added with the keyboard, several in a row", async ({ page, server }) => {
  const board = await server.board();
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  await view.addCard("Backlog", "First");
  await view.addCard("Backlog", "Second");
  await expect.poll(() => view.titles("Backlog")).toEqual(["First", "Second"]);
  await expect(view.card("First").locator(".card__key")).toHaveText(/^[A-Z]{2,5}-1/);
  const state = await server.state(board);
  expect(Object.values(state.cards).map((card) => card.title).sort()).toEqual(["First", "Second"]);
});

test("a card is dragged with the mouse into another column and to a place there", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  const review = await server.column(board, "review");
  for (const title of ["One", "Two", "Three"]) await server.card(board, { title, columnId: review });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  await view.drag("Alpha", view.card("Two"));
  await expect.poll(() => view.titles("Backlog")).toEqual([]);
  const titles = await view.titles("Review");
  expect(titles).toHaveLength(4);
  expect([1, 2]).toContain(titles.indexOf("Alpha"));
  await expect.poll(async () => {
    const state = await server.state(board);
    return state.columns[review]!.cardIds.map((id) => state.cards[id]!.title);
  }).toEqual(titles);
});

test("Escape gives a dragged card back", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  await view.movable();
  const before = await server.state(board);
  const from = (await view.card("Alpha").boundingBox())!;
  const to = (await view.column("Review").boundingBox())!;
  await page.mouse.move(from.x + 60, from.y + 14);
  await page.mouse.down();
  await page.mouse.move(to.x + 60, to.y + 90, { steps: 8 });
  await expect(page.locator(".slot.is-open")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.mouse.up();
  await expect(page.locator(".slot.is-open")).toHaveCount(0);
  await expect.poll(() => view.titles("Backlog")).toEqual(["Alpha"]);
  expect(await server.state(board)).toEqual(before);
});

test("Move to… moves a card by its menu, with the keyboard alone", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  await view.card("Alpha").getByRole("button", { name: /^Actions for/ }).focus();
  await page.keyboard.press("Enter");
  const item = page.getByRole("menu", { name: "Card" }).getByRole("menuitem", { name: "Review", exact: true });
  await expect(item).toBeVisible();
  for (let step = 0; step < 12 && !(await item.evaluate((it) => it === document.activeElement)); step += 1) {
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Enter");
  await expect.poll(() => view.titles("Review")).toEqual(["Alpha"]);
});

test("a deleted card comes back with Undo, into its old place", async ({ page, server }) => {
  const board = await server.board();
  for (const title of ["One", "Two", "Three"]) await server.card(board, { title });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  const menu = await view.cardMenu("Two");
  await menu.getByRole("menuitem", { name: "Delete" }).click();
  await expect.poll(() => view.titles("Backlog")).toEqual(["One", "Three"]);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => view.titles("Backlog")).toEqual(["One", "Two", "Three"]);
});

test("columns are added, renamed, limited, reordered and deleted", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  await server.card(board, { title: "Beta" });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  const headings = () => page.locator(".column h2").allInnerTexts();

  await page.getByRole("button", { name: "Add column" }).click();
  await page.getByRole("textbox", { name: "Title of the new column" }).fill("Icebox");
  await page.getByRole("textbox", { name: "Title of the new column" }).press("Enter");
  await expect.poll(headings).toEqual(["Backlog", "In Progress", "Review", "Done", "Icebox"]);

  await (await view.columnMenu("Icebox")).getByRole("menuitem", { name: "Move left" }).click();
  await expect.poll(headings).toEqual(["Backlog", "In Progress", "Review", "Icebox", "Done"]);

  await (await view.columnMenu("Backlog")).getByRole("menuitem", { name: "Rename or limit…" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title").fill("Ideas");
  await dialog.getByLabel("Limit").fill("1");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect.poll(headings).toEqual(["Ideas", "In Progress", "Review", "Icebox", "Done"]);
  await expect(view.column("Ideas").locator(".column__limit")).toHaveText(/2\/1.*1 over/s);

  await (await view.columnMenu("Icebox")).getByRole("menuitem", { name: "Delete…" }).click();
  await page.getByRole("dialog").getByRole("button", { name: /Delete/ }).click();
  await expect.poll(headings).toEqual(["Ideas", "In Progress", "Review", "Done"]);
  await expect.poll(async () => {
    const state = await server.state(board);
    return state.columnOrder.map((id) => state.columns[id]!.title);
  }).toEqual(["Ideas", "In Progress", "Review", "Done"]);
});

test("a blocked card says who blocks it, and a refused move goes back and says why", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of 409/);
  const board = await server.board();
  const first = await server.card(board, { title: "Foundation" });
  await server.card(board, { title: "Roof", dependsOn: [first.id] });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  await expect(view.card("Roof").locator(".card__state")).toContainText(`Blocked by ${first.key}`);
  await view.moveTo("Roof", "In Progress");
  await expect(page.locator(".toast.is-fail")).toContainText(first.key);
  await expect.poll(() => view.titles("Backlog")).toEqual(["Foundation", "Roof"]);
  await view.moveTo("Foundation", "Done");
  await expect(view.card("Roof").locator(".card__state")).not.toContainText("Blocked");
});

test("a filter by words and label leaves what fits, stands in the address, and follows live changes", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Paint the hull", labels: ["outside"] });
  await server.card(board, { title: "Paint the cabin", labels: ["inside"] });
  await server.card(board, { title: "Mend the sail", labels: ["outside"] });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  const field = page.getByLabel("Filter the cards");
  await field.fill("paint label:outside");
  await field.press("Enter");
  await expect.poll(() => view.titles("Backlog")).toEqual(["Paint the hull"]);
  await expect(page.locator(".shown")).toContainText("1 of 3");
  await expect(page).toHaveURL(/q=/);
  await server.card(board, { title: "Paint the deck", labels: ["outside"] });
  await expect.poll(() => view.titles("Backlog")).toEqual(["Paint the hull", "Paint the deck"]);
  await page.reload();
  await view.live();
  await expect.poll(() => view.titles("Backlog")).toEqual(["Paint the hull", "Paint the deck"]);
});

test("the theme is switched and kept", async ({ page, server }) => {
  const board = await server.board();
  await page.emulateMedia({ colorScheme: "light" });
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board);
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await background();
  const toggle = page.getByRole("button", { name: /theme/i });
  for (let press = 0; press < 3 && (await background()) === light; press += 1) await toggle.click();
  expect(await background()).not.toBe(light);
  const dark = await background();
  await page.reload();
  expect(await background()).toBe(dark);
});

test("a card that the filter hides is told about when it is added, with the way to see it", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, "?q=alpha");
  await view.addCard("Backlog", "Beta");
  await expect(page.getByText("“Beta” was added; the filter hides it")).toBeVisible();
  await page.getByRole("button", { name: "Clear the filter" }).click();
  await expect.poll(() => view.titles("Backlog")).toEqual(["Alpha", "Beta"]);
});

test("what the server could not be told can be tried again", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/ERR_FAILED/);
  const board = await server.board();
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await page.route("**/cards", (route) => route.abort(), { times: 1 });
  await view.addCard("Backlog", "Alpha");
  await expect(page.getByText(/^“Alpha” was not added/)).toBeVisible();
  expect(await view.titles("Backlog")).toEqual([]);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(view.card("Alpha")).toContainText("LOD-1");
});

test("the rail signs this browser out", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/401/);
  const board = await server.board();
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in to Mainstay" })).toBeVisible();
  await page.goto(`${server.url}/boards/${board.boardId}`);
  await expect(page.getByRole("heading", { name: "Sign in to Mainstay" })).toBeVisible();
});

test("Undo says so when somebody has changed the deleted card since, and leaves it to them", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/412/);
  const board = await server.board();
  const card = await server.card(board, { title: "Alpha" });
  const path = `/boards/${board.boardId}/cards/${card.id}`;
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  const menu = await view.cardMenu("Alpha");
  await menu.getByRole("menuitem", { name: "Delete" }).click();
  await expect(page.getByText("LOD-1 deleted")).toBeVisible();
  // Somebody brings it back and deletes it again: it is no longer the deletion that Undo was offered for.
  await server.api("POST", `${path}/restore`);
  await server.api("DELETE", path);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText(/^Not undone: /)).toBeVisible();
  expect(await view.titles("Backlog")).toEqual([]);
});

test("what is typed right after Add card was pressed is in the field", async ({ page, server }) => {
  const board = await server.board();
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  const add = view.column("Backlog").getByRole("button", { name: "Add card", exact: true });
  // A key comes in a task of its own, maybe before the next frame.
  const focused = await add.evaluate((button) => new Promise((tell) => {
    const next = new MessageChannel();
    next.port1.onmessage = () => tell(document.activeElement?.getAttribute("aria-label"));
    (button as HTMLElement).click();
    next.port2.postMessage(null);
  }));
  expect(focused).toBe("Title of the new card");
});

test("the button of a card's menu covers nothing of its title", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "A title that is long enough to reach the end of its first line and of its second one, too" });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  const card = view.card("A title");
  await card.hover();
  const menu = (await card.getByRole("button", { name: /^Actions for/ }).boundingBox())!;
  const end = await card.locator(".card__link").evaluate((link) => {
    const words = document.createRange();
    words.selectNodeContents(link);
    return Math.max(...[...words.getClientRects()].map((line) => line.right));
  });
  expect(end).toBeLessThanOrEqual(menu.x);
});

test("where the inspector lies over the board, it covers neither how fresh that is nor its last lane for good", async ({ page, server }) => {
  const board = await server.board();
  const card = await server.card(board, { title: "Alpha" });
  await page.setViewportSize({ width: 1000, height: 800 });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, `/cards/${card.id}`);
  await page.locator(".board").evaluate((it) => it.scrollTo(it.scrollWidth, 0));
  const inspector = (await page.getByRole("complementary").boundingBox())!;
  const fresh = (await view.fresh.boundingBox())!;
  expect(fresh.x + fresh.width).toBeLessThanOrEqual(inspector.x);
  await expect.poll(async () => {
    const lane = (await view.column("Done").boundingBox())!;
    return lane.x + lane.width;
  }).toBeLessThanOrEqual(inspector.x);
});

test("a card that is opened is seen as a whole beside the inspector", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Alpha", columnId: await server.column(board, "review") });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await view.card("Alpha").getByRole("link").click();
  const inspector = page.getByRole("complementary");
  await expect(inspector.getByRole("heading", { level: 2 })).toHaveText("Alpha");
  await expect.poll(async () => {
    const card = (await view.card("Alpha").boundingBox())!;
    return card.x + card.width - (await inspector.boundingBox())!.x;
  }).toBeLessThanOrEqual(0);
});
