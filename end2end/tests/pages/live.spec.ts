// Pages are live: what happens elsewhere shows by itself, through cut connections, sleep and a killed server.
import type { Request } from "@playwright/test";
import { BoardPage } from "../board.ts";
import { arrive, expect, serverIsDown, signIn, test } from "../fixtures.ts";
import { Proxy } from "../proxy.ts";
import type { Board, Server } from "../server.ts";
import { setClock, setVisibility } from "../stream.ts";

/** What the database holds, as columns of titles. */
async function stored(server: Server, board: Board): Promise<Record<string, string[]>> {
  const state = await server.state(board);
  return Object.fromEntries(state.columnOrder.map((id) => {
    const column = state.columns[id]!;
    return [column.title, column.cardIds.map((card) => state.cards[card]!.title)];
  }));
}

/** What a page shows, as columns of titles. */
async function shown(view: BoardPage): Promise<Record<string, string[]>> {
  const titles = await view.page.locator(".column h2").allInnerTexts();
  return Object.fromEntries(await Promise.all(titles.map(async (title) => [title, await view.titles(title)])));
}

test("a move in one browser is on screen in the other", async ({ page, server, browser, expectedInConsole }) => {
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  await signIn(page, server);
  const here = new BoardPage(page);
  await here.open(server.url, board);

  const otherContext = await browser.newContext();
  const otherPage = await otherContext.newPage();
  expectedInConsole.watch(otherPage);
  await signIn(otherPage, server);
  const there = new BoardPage(otherPage);
  await there.open(server.url, board);

  await here.moveTo("Alpha", "Review");
  await expect.poll(() => there.titles("Review")).toEqual(["Alpha"]);
  await there.addCard("Backlog", "Beta");
  await expect.poll(() => here.titles("Backlog")).toEqual(["Beta"]);
  await otherContext.close();
});

test("an own move never flickers back, whichever comes first, the answer or the stream", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  // Every column that the card is ever seen in, in order, from before the first move.
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    const note = () => {
      const card = [...document.querySelectorAll(".column .card")].find((it) => it.textContent?.includes("Alpha"));
      const column = card?.closest(".column")?.querySelector("h2")?.textContent ?? "nowhere";
      if (seen.at(-1) !== column) seen.push(column);
    };
    note();
    new MutationObserver(note).observe(document.body, { childList: true, subtree: true });
  });
  // Every other answer is held back until another change, made after it, has come by the stream.
  let held = false;
  await page.route("**/move", async (route) => {
    const response = await route.fetch();
    held = !held;
    if (held) {
      const later = await server.card(board, { title: "Later" });
      await expect(page.locator(".card__key", { hasText: later.key })).toBeVisible();
    }
    await route.fulfill({ response });
  });
  for (const column of ["Review", "Done", "Backlog", "Review"]) {
    const answered = page.waitForResponse("**/move");
    await view.moveTo("Alpha", column);
    await expect(view.column(column).locator(".card", { hasText: "Alpha" })).toBeVisible();
    await answered;
  }
  await expect.poll(() => stored(server, board)).toMatchObject({ Review: ["Alpha"] });
  expect(await page.evaluate(() => (window as unknown as { seen: string[] }).seen))
    .toEqual(["Backlog", "Review", "Done", "Backlog", "Review"]);
});

test("after kill -9 in a storm of moves both browsers come back by themselves, resumed and equal to the database", async ({ page, server, browser, expectedInConsole }) => {
  expectedInConsole.allow(serverIsDown);
  const board = await server.board();
  const columns = Object.keys((await server.state(board)).columns);
  const cards = [];
  for (let number = 1; number <= 12; number += 1) cards.push(await server.card(board, { title: `Card ${number}` }));
  const context = await browser.newContext();
  const otherPage = await context.newPage();
  expectedInConsole.watch(otherPage);
  const views = [page, otherPage].map((tab) => new BoardPage(tab));
  for (const view of views) {
    await signIn(view.page, server);
    await view.open(server.url, board);
  }

  // Moves go on until the server dies under them; what was acknowledged must be there afterwards.
  const acknowledged = new Map<string, string>();
  const storm = (async () => {
    for (let turn = 0; ; turn += 1) {
      const card = cards[turn % cards.length]!;
      const columnId = columns[(turn * 7 + Math.floor(turn / cards.length)) % columns.length]!;
      try {
        await server.api("POST", `/boards/${board.boardId}/cards/${card.id}/move`, { columnId, index: 0 });
        acknowledged.set(card.id, columnId);
      } catch {
        // This one was not acknowledged: it may be there or not.
        acknowledged.delete(card.id);
        return;
      }
    }
  })();
  await expect.poll(() => acknowledged.size).toBe(cards.length);
  const streams = views.map((view) => view.page.waitForRequest(/lastEventId=/, { timeout: 40_000 }));
  await server.kill("SIGKILL");
  await storm;
  await server.restart();

  await Promise.all(streams);
  for (const view of views) {
    await expect(view.fresh).toHaveText(/Live/, { timeout: 40_000 });
    await expect.poll(() => shown(view)).toEqual(await stored(server, board));
  }
  const state = await server.state(board);
  for (const [card, column] of acknowledged) expect(state.columns[column]!.cardIds).toContain(card);
  // And it goes on live.
  await server.card(board, { title: "After the storm" });
  for (const view of views) await expect(view.card("After the storm")).toBeVisible();
  await context.close();
});

test("after sleep the page is current within two seconds of becoming visible", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(serverIsDown);
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  const proxy = await Proxy.to(server.url);
  try {
    await page.clock.install();
    await page.goto(proxy.through(server.link));
    const view = new BoardPage(page);
    await view.open(proxy.url, board);

    await setVisibility(page, "hidden");
    // Asleep: nothing goes over the wire, nobody is told, timers stand still.
    proxy.fallSilent();
    await server.card(board, { title: "While asleep" });
    // Awake: the clock has jumped, the old connection is dead without a word.
    proxy.speakAgain();
    await page.clock.fastForward("20:00");
    const woken = Date.now();
    await setVisibility(page, "visible");
    await expect(view.card("While asleep")).toBeVisible({ timeout: 2000 });
    await expect(view.fresh).toHaveText(/Live/, { timeout: Math.max(1, 2000 - (Date.now() - woken)) });
  } finally {
    await proxy.dispose();
  }
});

test("while the server is down the board stays readable, and it comes back by itself", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(serverIsDown);
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await server.kill("SIGTERM");
  await expect(view.fresh).toHaveText(/Reconnecting/);
  await expect(view.card("Alpha")).toBeVisible();
  await server.restart();
  await expect(view.fresh).toHaveText(/Live/, { timeout: 40_000 });
});

test("a deleted board says so and offers a way on", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of 404/);
  const board = await server.board();
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board);
  await server.api("DELETE", `/boards/${board.boardId}`);
  await expect(page.getByRole("heading", { name: "This board was deleted" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Go to the projects" })).toBeVisible();
});

test("an open card shows what another client writes on it, and leaves alone what is being typed", async ({ page, server }) => {
  const board = await server.board();
  const card = await server.card(board, { title: "Alpha", description: "Use **slate**." });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, `/cards/${card.id}`);
  const inspector = page.getByRole("complementary");
  await expect(inspector.getByText("slate", { exact: true })).toBeVisible();
  const path = `/boards/${board.boardId}/cards/${card.id}`;
  const read = page.waitForResponse((response) => response.url().endsWith(path));
  await server.api("PATCH", path, { description: "Use **tin**." });
  expect((await read).status()).toBe(200);
  await expect(inspector.getByText("tin", { exact: true })).toBeVisible();
  await expect(inspector.getByText("slate", { exact: true })).toHaveCount(0);

  await inspector.getByRole("button", { name: "Edit the description" }).click();
  const field = inspector.getByRole("textbox", { name: /^Description/ });
  await field.fill("Use copper.");
  await server.api("PATCH", path, { title: "Beta", description: "Use **lead**." });
  await expect(inspector.getByRole("heading", { name: "Beta" })).toBeVisible();
  await expect(field).toHaveValue("Use copper.");
});

test("a page holds one stream, and leaving it lets it go", async ({ page, server }) => {
  const board = await server.board();
  await server.board("tidepool");
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  // From here on the page is one document: what it opens and lets go of is told.
  let open = 1;
  const isStream = (request: Request) => request.url().includes("/api/v1/sse");
  page.on("request", (request) => isStream(request) && (open += 1));
  page.on("requestfailed", (request) => isStream(request) && (open -= 1));
  page.on("requestfinished", (request) => isStream(request) && (open -= 1));
  for (const name of ["tidepool", "lodestar", "tidepool"]) {
    await page.getByRole("navigation", { name: "Projects" }).getByRole("link", { name: new RegExp(name) }).click();
    await expect(page.locator(".topbar__title")).toHaveText(name);
    await view.live();
    await expect.poll(() => open).toBe(1);
  }
});

test("a page that could not be read is read once the server answers again", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(serverIsDown);
  const board = await server.board();
  await arrive(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await server.kill();
  await page.getByRole("link", { name: "Inbox", exact: true }).click();
  await expect(page.getByRole("heading", { name: "This page could not be read" })).toBeVisible();
  await server.restart();
  await expect(page.getByRole("heading", { name: "Inbox" })).toBeVisible({ timeout: 15_000 });
});

test("a page that fails while the server answers stays, and is not read anew again and again", async ({ page, context, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of 500/);
  const board = await server.board();
  await setClock(context);
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board);
  let asked = 0;
  await page.route("**/api/v1/dashboard", async (route) => {
    asked += 1;
    await (asked === 1 ? route.fulfill({ status: 500 }) : route.continue());
  });
  await page.getByRole("link", { name: "Inbox", exact: true }).click();
  await expect(page.getByRole("heading", { name: "This page could not be read" })).toBeVisible();
  // The second question is whether the server answers at all, and it does.
  await expect.poll(() => asked).toBe(2);
  // Longer than a page waits between two questions, shorter than it waits for an answer.
  await page.clock.runFor(9_000);
  await expect(page.getByRole("link", { name: "Try again" })).toBeVisible();
  expect(asked).toBe(2);
});
