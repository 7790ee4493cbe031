// Long conversations: only what can be seen is rendered, and nothing moves under a reader's eyes.
import { Inspector, scenario, stands, start } from "../attempts.ts";
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";
import { type Board, type Card, type Server } from "../server.ts";

/** A card with a conversation of so many items, and its attempt. */
async function long(server: Server, board: Board, count: number): Promise<Card> {
  const command = [process.execPath, `${import.meta.dirname}/../agents/talker.mjs`, String(count)];
  await server.api("POST", "/agents", { agent: "talker", label: "Talker", protocol: "acp", command });
  const card = await server.card(board, { title: "Talk" });
  const attempt = await start(server, board, card, "talker");
  await stands(server, attempt, "succeeded");
  return card;
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
  /** How far below the top of what can be seen a row is. */
  const offset = (text: string) => inspector.conversation.evaluate((it, text) => {
    const row = [...it.querySelectorAll(".row")].find((row) => row.textContent?.includes(text));
    return row && row.getBoundingClientRect().top - it.getBoundingClientRect().top;
  }, text);
  // Held back, so that the reader has a place before it comes.
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route("**/conversation?**before=**", async (route) => {
    await held;
    await route.continue();
  });
  await inspector.conversation.evaluate((it) => it.scrollTo(0, 40));
  await expect(inspector.conversation).toContainText("Reading what came before");
  const before = (await offset("thing 301"))!;
  expect(before).toBeLessThan(100);
  release();
  await expect(inspector.conversation).not.toContainText("Reading what came before");
  await expect.poll(() => inspector.conversation.evaluate((it) => it.scrollTop)).toBeGreaterThan(1_000);
  await expect(inspector.conversation.getByText("Look at thing 300", { exact: true })).toBeAttached();
  expect(Math.abs((await offset("thing 301"))! - before)).toBeLessThanOrEqual(1);
});

test("who reads at the end stays there while more comes, and who has scrolled up stays where they are", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "flood");
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await inspector.button("Start").click();
  await expect(inspector.conversation).toContainText("The water rises");
  await expect.poll(() => inspector.conversation.evaluate((it) => it.scrollTop)).toBeGreaterThan(500);
  await expect.poll(() => inspector.fromEnd()).toBeLessThan(30);
  await inspector.conversation.evaluate((it) => it.scrollTo(0, 100));
  await expect(inspector.button("Jump to latest")).toBeVisible();
  await expect(inspector.standing).toHaveText("Succeeded", { timeout: 20_000 });
  expect(await inspector.conversation.evaluate((it) => it.scrollTop)).toBeLessThan(200);
});

test("a conversation is whole after the connection was cut in the middle of it", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/ERR_|Failed to (fetch|load)/);
  const board = await server.board();
  const card = await scenario(server, board, "wait");
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await inspector.button("Start").click();
  await expect(inspector.conversation).toContainText("Step 3 of 120");
  await page.context().setOffline(true);
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await page.waitForTimeout(500);
  await page.context().setOffline(false);
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await view.live();
  await expect(inspector.standing).toHaveText("Succeeded", { timeout: 30_000 });
  const shown = await inspector.conversation.locator(".row.is-message").allInnerTexts();
  const steps = shown.join("\n").match(/Step \d+ of 120/g);
  expect(steps).toEqual(Array.from({ length: 120 }, (_, at) => `Step ${at + 1} of 120`));
});
