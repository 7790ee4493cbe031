// Long conversations: only what can be seen is rendered, and nothing moves under a reader's eyes.
import type { Page } from "@playwright/test";
import { Inspector, open, opened, stands, start, talker } from "../attempts.ts";
import { BoardPage } from "../board.ts";
import { expect, serverIsDown, signIn, test } from "../fixtures.ts";
import { type Board, type Card, type Server } from "../server.ts";

/** A card with a conversation of so many items, and its attempt. */
async function long(server: Server, board: Board, count: number): Promise<Card> {
  await talker(server, count);
  const card = await server.card(board, { title: "Talk" });
  const attempt = await start(server, board, card, "talker");
  await stands(server, attempt, "succeeded");
  return card;
}

/** A card whose agent has said three of the 120 things that it has to say. */
async function inTheMiddle(page: Page, server: Server) {
  const { view, inspector } = await opened(page, server, "wait");
  await inspector.button("Start").click();
  await expect(inspector.conversation).toContainText("Step 3 of 120");
  return { view, inspector };
}

/** Waits for the end, and looks whether all 120 things are there, each once and in order. */
async function expectAllSteps(inspector: Inspector): Promise<void> {
  await expect(inspector.standing).toHaveText("Succeeded", { timeout: 30_000 });
  const shown = await inspector.conversation.locator(".row.is-message").allInnerTexts();
  const steps = shown.join("\n").match(/Step \d+ of 120/g);
  expect(steps).toEqual(Array.from({ length: 120 }, (_, at) => `Step ${at + 1} of 120`));
}

test("of ten thousand items only a few are rendered, and the rest can be scrolled to", async ({ page, server }) => {
  test.slow();
  const board = await server.board();
  const card = await long(server, board, 10_000);
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  const inspector = new Inspector(page);
  await view.card("Talk").getByRole("link").click();
  await expect(inspector.rows.last()).toContainText("Look at thing 10000");
  expect(await inspector.rows.count()).toBeLessThan(150);
  expect(await inspector.fromEnd()).toBeLessThan(30);

  // Up to the top, time and again: each time what came before is read, and the reader stays where they are.
  for (const before of [9_900, 9_800, 9_700]) {
    await inspector.conversation.evaluate((it) => it.scrollTo(0, 0));
    await inspector.conversation.hover();
    await expect(inspector.conversation.getByText(`Look at thing ${before}`, { exact: true })).toBeAttached();
    expect(await inspector.rows.count()).toBeLessThan(150);
  }
  await inspector.button("Jump to latest").click();
  await expect(inspector.rows.last()).toContainText("Look at thing 10000");
  await expect(inspector.button("Jump to latest")).toHaveCount(0);
});

test("what came before is put in above without moving what is read", async ({ page, server }) => {
  const board = await server.board();
  const card = await long(server, board, 400);
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await expect(inspector.rows.last()).toContainText("Look at thing 400");
  // Held back, so that the reader has a place before it comes.
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/conversation?**before=**", async (route) => {
    await held;
    await route.continue();
  });
  await inspector.conversation.evaluate((it) => it.scrollTo(0, 40));
  await expect(inspector.conversation).toContainText("Reading what came before");
  const before = (await inspector.offset("thing 301"))!;
  expect(before).toBeLessThan(100);
  release();
  await expect(inspector.conversation).not.toContainText("Reading what came before");
  await expect.poll(() => inspector.conversation.evaluate((it) => it.scrollTop)).toBeGreaterThan(1_000);
  await expect(inspector.conversation.getByText("Look at thing 300", { exact: true })).toBeAttached();
  expect(Math.abs((await inspector.offset("thing 301"))! - before)).toBeLessThanOrEqual(1);
});

test("who reads at the end stays there while more comes, and who has scrolled up stays where they are", async ({ page, server }) => {
  const board = await server.board();
  await talker(server, 100, 10);
  const card = await server.card(board, { title: "Alpha" });
  const { inspector } = await open(page, server, board, card);
  const attempt = await start(server, board, card, "talker");
  await inspector.tab("Conversation").click();
  await expect(inspector.conversation).toContainText("Look at thing 100");
  await expect.poll(() => inspector.fromEnd()).toBeLessThan(30);
  await expect(inspector.standing).toHaveText("Succeeded");
  await inspector.conversation.evaluate((it) => it.scrollTo(0, 100));
  await expect(inspector.button("Jump to latest")).toBeVisible();
  await expect(inspector.conversation).toContainText("Look at thing 4");
  const before = (await inspector.offset("Look at thing 4"))!;
  const height = () => inspector.conversation.evaluate((it) => it.scrollHeight);
  const first = await height();
  await server.api("POST", `/attempts/${attempt.attemptId}/messages`, { prompt: "Once more." });
  await expect.poll(height).toBeGreaterThan(1.8 * first);
  expect(Math.abs((await inspector.offset("Look at thing 4"))! - before)).toBeLessThanOrEqual(1);
});

test("who looks at the log or the card finds the conversation where they left it", async ({ page, server }) => {
  const board = await server.board();
  const card = await long(server, board, 400);
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await expect(inspector.rows.last()).toContainText("Look at thing 400");
  let asked = 0;
  page.on("request", (request) => (asked += /\/conversation\?/.test(request.url()) ? 1 : 0));
  await inspector.conversation.evaluate((it) => it.scrollTo(0, it.scrollHeight / 2));
  await expect(inspector.button("Jump to latest")).toBeVisible();
  await expect(inspector.conversation.getByText("Look at thing 350", { exact: true })).toBeAttached();
  const before = await inspector.offset("thing 350");
  for (const tab of ["Log", "Card"]) {
    await inspector.tab(tab).click();
    await expect(inspector.conversation).toBeHidden();
    // Long enough for what was hidden to be measured.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await inspector.tab("Conversation").click();
    await expect.poll(() => inspector.offset("thing 350")).toBeCloseTo(before!, 0);
  }
  expect(asked).toBe(0);
});

test("a question that much was said after is there to be answered all the same", async ({ page, server }) => {
  const board = await server.board();
  const command = [process.execPath, `${import.meta.dirname}/../agents/asker.mjs`, "250"];
  await server.api("POST", "/agents", { agent: "asker", label: "Asker", protocol: "acp", command });
  const card = await server.card(board, { title: "Ask" });
  const attempt = await start(server, board, card, "asker");
  const newest = async () => JSON.stringify(await server.api("GET", `/attempts/${attempt.attemptId}/conversation?limit=1`));
  await expect.poll(newest).toContain("Look at thing 250");
  await stands(server, attempt, "waiting");
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await expect(inspector.question).toContainText("cargo add tokio-util");
  await expect(inspector.rows.last()).toContainText("Look at thing 250");
  await inspector.question.getByRole("button", { name: "Allow" }).click();
  await expect(inspector.standing).toHaveText("Succeeded");
});

test("a conversation is whole after the server was killed in the middle of it", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(serverIsDown);
  const { view, inspector } = await inTheMiddle(page, server);
  await server.kill("SIGKILL");
  await expect(view.fresh).toHaveText(/Reconnecting/);
  await expect(inspector.conversation).toContainText("Step 3 of 120");
  await server.restart();
  await view.live();
  await expectAllSteps(inspector);
});

test("a conversation that could not be read again waits for what is missing, and is in order once it was", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/ERR_|Failed to (fetch|load)|status of 500/);
  const board = await server.board();
  await talker(server, 30, 120);
  const card = await server.card(board, { title: "Talk" });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await start(server, board, card, "talker");
  await inspector.tab("Conversation").click();
  await expect(inspector.conversation).toContainText("Look at thing 3");
  // The next stream begins anew, and the conversation, which is then to be read again, can't be.
  await page.route("**/conversation?**", (route) => route.fulfill({ status: 500 }));
  await page.route("**/api/v1/sse?**", (route) => {
    const address = new URL(route.request().url());
    address.searchParams.delete("lastEventId");
    return route.continue({ url: address.href });
  });
  await view.interrupt();
  const again = inspector.conversation.getByRole("button", { name: "Try again" });
  await expect(again).toBeVisible();
  await expect(inspector.standing).toHaveText("Succeeded", { timeout: 30_000 });
  await page.unroute("**/conversation?**");
  await again.click();
  // Not as a part of the text: the third thing's time begins with a 0.
  await expect(inspector.conversation.getByText("Look at thing 30", { exact: true })).toBeAttached();
  const shown = (await inspector.conversation.locator(".row.is-step .step__name").allInnerTexts()).join("\n");
  expect(shown.match(/thing \d+/g)).toEqual(Array.from({ length: 30 }, (_, at) => `thing ${at + 1}`));
});

test("a conversation is whole after the connection was cut in the middle of it", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/ERR_|Failed to (fetch|load)/);
  const { view, inspector } = await inTheMiddle(page, server);
  await view.interrupt();
  await expectAllSteps(inspector);
});
