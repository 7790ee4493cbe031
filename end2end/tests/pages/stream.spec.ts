// The stream behind a page: how it begins, what a person sees of it, and how it comes back.
import { BoardPage } from "../board.ts";
import { arrive, expect, serverIsDown, signIn, test } from "../fixtures.ts";
import { Proxy } from "../proxy.ts";
import { setClock, setVisibility, stopClock, Streams } from "../stream.ts";

test("the first stream goes on from where the page was rendered, and brings what happened in between", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Before" });
  await signIn(page, server);
  const streams = await Streams.of(page);
  const reads: string[] = [];
  // Saved views are no part of the board.
  page.on("request", (request) => /\/api\/v1\/boards(?!.*\/views$)/.test(request.url()) && reads.push(request.url()));
  // The stream is held back until something has happened that the page was rendered without.
  await page.route("**/api/v1/sse?*", async (route) => {
    await server.card(board, { title: "In between" });
    await route.continue();
  }, { times: 1 });
  const html = await (await page.goto(`${server.url}/boards/${board.boardId}`))!.text();
  const view = new BoardPage(page);
  await view.live();
  await expect.poll(() => view.titles("Backlog")).toEqual(["Before", "In between"]);

  expect(streams.asked).toHaveLength(1);
  const asked = streams.asked[0]!.searchParams;
  const position = asked.get("lastEventId")!;
  expect(position).toMatch(/^\S+\.\d+$/);
  expect(html).toContain(position);
  expect(html).not.toContain("In between");
  expect(Object.fromEntries(asked)).toEqual(
    { boardId: board.boardId, patch: "1", overview: "1", attempts: "none", lastEventId: position });
  expect(streams.frames[0]).toMatchObject({ event: "hello", id: position, data: { resumed: true } });
  expect(streams.of("board_patch")).toHaveLength(1);
  // No second snapshot, neither by the stream nor by the API.
  expect(streams.of("state")).toEqual([]);
  expect(reads).toEqual([]);
});

test("the inbox's first stream goes on from where the page was rendered", async ({ page, server }) => {
  await server.board();
  await signIn(page, server);
  const streams = await Streams.of(page);
  const html = await (await page.goto(server.url))!.text();
  await new BoardPage(page).live();
  expect(streams.asked).toHaveLength(1);
  const position = streams.asked[0]!.searchParams.get("lastEventId")!;
  expect(html).toContain(position);
  expect(streams.frames[0]).toMatchObject({ event: "hello", id: position, data: { resumed: true } });
});

test("the chip says how fresh the page is: connecting, catching up, live, reconnecting with the seconds left, offline since when", async ({ page, server, context, expectedInConsole }) => {
  expectedInConsole.allow(serverIsDown);
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  await setClock(context);
  await signIn(page, server);
  // Every word that the chip ever says, in order, but for the seconds.
  await page.addInitScript(() => {
    const words: string[] = [];
    Object.assign(window, { words });
    new MutationObserver(() => {
      const word = document.querySelector(".fresh > span")?.textContent;
      if (word && words.at(-1) !== word) words.push(word);
    }).observe(document, { childList: true, subtree: true, characterData: true });
  });
  // The page is rendered before something happens, and its stream begins after that.
  await page.route("**/api/v1/sse?*", async (route) => {
    await server.card(board, { title: "In between" });
    await route.continue();
  }, { times: 1 });
  const view = new BoardPage(page);
  await view.open(server.url, board);
  const words = () => page.evaluate(() => (window as unknown as { words: string[] }).words);
  expect(await words()).toEqual(["Connecting", "Catching up", "Live"]);
  await expect(page.locator(".banner")).toHaveCount(0);

  await stopClock(page);
  await server.kill();
  for (const [attempt, seconds] of [2, 3, 6, 12, 12, 12, 12, 12].entries()) {
    await expect(view.fresh, `before attempt ${attempt + 1}`).toHaveText(`Reconnecting in ${seconds} s`);
    await page.clock.runFor(1000);
    const left = attempt === 0 ? 1 : seconds - 1;
    await expect(view.fresh).toHaveText(`Reconnecting in ${left} s`);
    await expect(page.locator(".banner")).toHaveCount(0);
    await page.clock.runFor(left * 1000);
  }
  await expect(view.fresh).toHaveText("Offline since 14:05");
  expect(await words()).toEqual(["Connecting", "Catching up", "Live", "Reconnecting", "Offline since 14:05"]);
  await expect(view.card("Alpha")).toBeVisible();

  const banner = page.locator(".banner");
  await expect(banner).toContainText("Offline since 14:05. You see things as they were then.");
  // Time stands still: nothing but the button brings it back.
  await server.restart();
  await server.card(board, { title: "Beta" });
  await banner.getByRole("button", { name: "Reconnect now" }).click();
  await view.live();
  await expect(banner).toHaveCount(0);
  await expect.poll(() => view.titles("Backlog")).toEqual(["Alpha", "In between", "Beta"]);
});

test("an offline page is read anew every 30 seconds, and then goes on live", async ({ page, server, context, expectedInConsole }) => {
  expectedInConsole.allow(serverIsDown);
  const board = await server.board();
  await setClock(context);
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await stopClock(page);
  await server.kill();
  for (let attempt = 1; attempt <= 8; attempt += 1) {
    await expect(view.fresh).toHaveText(/Reconnecting in/);
    await page.clock.runFor(12_000);
  }
  await expect(view.fresh).toHaveText(/Offline/);
  const read = page.waitForEvent("requestfailed", (request) => request.url().endsWith(`/boards/${board.boardId}`));
  await page.clock.runFor(30_000);
  await read;
  await expect(view.fresh).toHaveText(/Offline/);
  await server.restart();
  await server.card(board, { title: "Alpha" });
  await page.clock.runFor(30_000);
  await view.live();
  await expect(view.card("Alpha")).toBeVisible();
});

test("the title counts what needs a person, and without a live stream it counts nothing", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(serverIsDown);
  const board = await server.board();
  const card = await server.card(board, { title: "Alpha" });
  // Nothing needs a person before there are attempts: the overview that the stream brings is given one need.
  await page.addInitScript(({ boardId, cardId, cardKey }) => {
    const add = EventSource.prototype.addEventListener;
    EventSource.prototype.addEventListener = function (this: EventSource, type: string, listener: any, options?: any) {
      const changed = (event: MessageEvent) => {
        const overview = JSON.parse(event.data);
        overview.needsYou = [{ boardId, cardId, cardKey, title: "Alpha", reason: "ask", since: overview.asOf }];
        listener(new MessageEvent(type, { data: JSON.stringify(overview), lastEventId: event.lastEventId }));
      };
      add.call(this, type, type === "dashboard_overview" ? (changed as EventListener) : listener, options);
    };
  }, { boardId: board.boardId, cardId: card.id, cardKey: card.key });
  await signIn(page, server);
  await page.goto(server.url);
  await expect(page).toHaveTitle("(1) Inbox · Mainstay");
  await server.kill();
  await expect(page).toHaveTitle("Inbox · Mainstay");
  await server.restart();
  await expect(page).toHaveTitle("(1) Inbox · Mainstay", { timeout: 40_000 });
});

test("of two hidden tabs one keeps its stream, and hands that on when it is closed", async ({ page, server, context, expectedInConsole }) => {
  const board = await server.board();
  await setClock(context);
  const other = await context.newPage();
  expectedInConsole.watch(other);
  const tabs = [];
  for (const tab of [page, other]) {
    await signIn(tab, server);
    const view = new BoardPage(tab);
    const streams = await Streams.of(tab);
    await view.open(server.url, board);
    tabs.push({ tab, view, streams });
  }
  const [first, second] = [tabs[0]!, tabs[1]!];
  await stopClock(page);
  for (const { tab } of tabs) await setVisibility(tab, "hidden");
  // What a stream brings keeps the watchdog quiet: it must not be what opens or closes one here.
  for (const title of ["One", "Two"]) {
    await server.card(board, { title });
    for (const { view } of tabs) await expect(view.card(title)).toBeVisible();
    await context.clock.runFor(29_000);
  }
  expect(tabs.map(({ streams }) => streams.open)).toEqual([1, 1]);
  await context.clock.runFor(3_000);
  await expect.poll(() => second.streams.open).toBe(0);
  await server.card(board, { title: "Three" });
  await expect(first.view.card("Three")).toBeVisible();
  await expect(second.view.card("Three")).toHaveCount(0);
  expect(first.streams.asked).toHaveLength(1);

  await first.tab.close();
  await expect(second.view.card("Three")).toBeVisible();
  expect(second.streams.open).toBe(1);
  // Still hidden, it goes on from where it had come to, and keeps its stream from now on.
  expect(second.streams.asked).toHaveLength(2);
  expect(second.streams.of("hello").at(-1)!.data.resumed).toBe(true);
  await context.clock.runFor(29_000);
  await server.card(board, { title: "Four" });
  await expect(second.view.card("Four")).toBeVisible();
  expect(second.streams.asked).toHaveLength(2);
});

test("a page from a foreign machine, without TLS, works without locks and without randomUUID", async ({ page, server, context }) => {
  const board = await server.board();
  const base = server.url.replace("127.0.0.1", "0.0.0.0");
  await setClock(context);
  await page.goto(server.link.replace("127.0.0.1", "0.0.0.0"));
  const view = new BoardPage(page);
  const streams = await Streams.of(page);
  await view.open(base, board);
  expect(await page.evaluate(() => [isSecureContext, "locks" in navigator, "randomUUID" in crypto]))
    .toEqual([false, false, false]);
  await view.addCard("Backlog", "Alpha");
  await view.moveTo("Alpha", "Review");
  await expect.poll(async () => (await server.state(board)).columns[await server.column(board, "review")]!.cardIds.length).toBe(1);

  // Without a lock no tab keeps its stream while it is hidden.
  await stopClock(page);
  await setVisibility(page, "hidden");
  await page.clock.runFor(29_000);
  await server.card(board, { title: "Beta" });
  await expect(view.card("Beta")).toBeVisible();
  await page.clock.runFor(32_000);
  await expect.poll(() => streams.open).toBe(0);
  await server.card(board, { title: "Gamma" });
  await setVisibility(page, "visible");
  await expect(view.card("Gamma")).toBeVisible();
  await view.live();
  expect(streams.open).toBe(1);
});

test("when the network is back a page does not wait for its next attempt", async ({ page, server, context, expectedInConsole }) => {
  expectedInConsole.allow(serverIsDown);
  expectedInConsole.allow(/ERR_INTERNET_DISCONNECTED/);
  const board = await server.board();
  const proxy = await Proxy.to(server.url);
  try {
    await setClock(context);
    await page.goto(proxy.through(server.link));
    const view = new BoardPage(page);
    await view.open(proxy.url, board);
    await stopClock(page);
    await context.setOffline(true);
    proxy.cut();
    await expect(view.fresh).toHaveText("Reconnecting in 2 s");
    await server.card(board, { title: "While away" });
    await context.setOffline(false);
    await expect(view.card("While away")).toBeVisible();
    await view.live();
  } finally {
    await proxy.dispose();
  }
});

test("a page that comes back from the back-forward cache is current", async ({ page, server }) => {
  const board = await server.board();
  await signIn(page, server);
  const view = new BoardPage(page);
  const streams = await Streams.of(page);
  await view.open(server.url, board);
  const pass = (event: string) => page.evaluate((event) => {
    window.dispatchEvent(new PageTransitionEvent(event, { persisted: true }));
  }, event);
  await pass("pagehide");
  await expect.poll(() => streams.open).toBe(0);
  await server.card(board, { title: "While away" });
  await pass("pageshow");
  await expect(view.card("While away")).toBeVisible();
  await view.live();
  expect(streams.open).toBe(1);
  expect(streams.of("hello").at(-1)!.data.resumed).toBe(true);
});

test("whoever is signed out elsewhere is told so, keeps what was on screen, and finds the way to sign in", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  expect((await page.request.delete(`${server.url}/api/v1/session`)).status()).toBe(204);
  await expect(view.fresh).toHaveText("Signed out");
  const banner = page.locator(".banner");
  await expect(banner).toContainText("You were signed out");
  await expect(view.card("Alpha")).toBeVisible();
  await banner.getByRole("link", { name: "Sign in" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.getByLabel(/token/i).fill(server.token);
  await page.getByRole("button", { name: /sign in/i }).click();
  await expect(page.locator(".fresh")).toHaveText("Live");
});

test("a page whose session ended while its stream was down learns it when it asks, and can go on after a sign-in elsewhere", async ({ page, server, context, expectedInConsole }) => {
  expectedInConsole.allow(serverIsDown);
  expectedInConsole.allow(/status of 401/);
  const board = await server.board();
  await setClock(context);
  await signIn(page, server);
  const view = new BoardPage(page);
  const streams = await Streams.of(page);
  await view.open(server.url, board);
  await stopClock(page);
  await server.kill();
  await expect(view.fresh).toHaveText("Reconnecting in 2 s");
  await context.clearCookies();
  await server.restart();
  await page.clock.runFor(2_000);
  await expect(view.fresh).toHaveText("Signed out");
  await expect(page.locator(".banner").getByRole("link", { name: "Sign in" })).toBeVisible();
  // Whoever is signed out does not go on asking.
  const asked = streams.asked.length;
  await page.clock.runFor(120_000);
  expect(streams.asked).toHaveLength(asked);

  await setVisibility(page, "hidden");
  const other = await context.newPage();
  expectedInConsole.watch(other);
  await arrive(other, server);
  await other.close();
  await page.clock.runFor(5_000);
  await setVisibility(page, "visible");
  await view.live();
  await expect(page.locator(".banner")).toHaveCount(0);
});

test("what was begun goes on while the stream is lost and comes back: the same elements, the field in focus, half a title", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(serverIsDown);
  const board = await server.board();
  await server.card(board, { title: "Alpha" });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  const first = await view.card("Alpha").elementHandle();
  await view.column("Backlog").getByRole("button", { name: "Add card", exact: true }).click();
  const field = view.column("Backlog").getByRole("textbox", { name: "Title of the new card" });
  await expect(field).toBeFocused();
  await field.fill("Half a ti");
  await server.kill();
  await expect(view.fresh).toHaveText("Reconnecting in 1 s");
  await expect(field).toBeFocused();
  await expect(field).toHaveValue("Half a ti");
  await server.restart();
  await expect(view.fresh).toHaveText(/Live/, { timeout: 40_000 });
  await expect(field).toHaveValue("Half a ti");
  expect(await first!.evaluate((card) => card.isConnected)).toBe(true);
});
