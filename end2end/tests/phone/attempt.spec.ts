// On a phone an attempt is started, allowed and stopped like anywhere else.
import { Inspector, atWork, scenario, stands, start } from "../attempts.ts";
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";

test("an agent is started, answered and stopped with a thumb, and nothing is wider than the screen", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "ask");
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await inspector.button("Start").tap();
  await inspector.question.getByRole("button", { name: "Allow" }).tap();
  await expect(inspector.standing).toHaveText("Succeeded");
  await inspector.message.fill("scenario: wait");
  await inspector.button("Send").tap();
  await inspector.button("Stop").tap();
  await expect(inspector.standing).toHaveText("Stopped");
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(375);
});

test("with the plan open and a question asked, the answers and the composer are on the screen", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "ask");
  await stands(server, await start(server, board, card), "waiting");
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await inspector.root.locator(".plan__head").tap();
  await expect(inspector.root.locator(".plan__step").first()).toBeVisible();
  for (const part of [inspector.question.getByRole("button", { name: "Allow" }), inspector.message, inspector.button("Steer")]) {
    await expect(part.first()).toBeInViewport({ ratio: 1 });
  }
  await inspector.question.getByRole("button", { name: "Allow" }).tap();
  await expect(inspector.standing).toHaveText("Succeeded");
});

test("a second tap where Stop was hits nothing", async ({ page, server }) => {
  const { inspector } = await atWork(page, server, "wait");
  const place = (await inspector.button("Stop").boundingBox())!;
  await inspector.button("Stop").tap();
  await expect(inspector.button("Start anew")).toBeVisible();
  expect(await inspector.pressed(place)).toBeUndefined();
});

test("a button on a phone names no key", async ({ page, server }) => {
  const { inspector } = await atWork(page, server, "ask");
  await expect(inspector.question.getByRole("button", { name: "Allow" })).toBeVisible();
  await expect(inspector.question.locator("kbd").first()).toBeHidden();
});

test("the head of the inbox has room for all that it says", async ({ page, server }) => {
  await server.board();
  await page.addInitScript(() => Object.defineProperty(Notification, "permission", { get: () => "denied" }));
  await signIn(page, server);
  await page.goto(server.url);
  const notice = page.locator(".notify");
  await expect(notice).toContainText("Notices are off");
  const [words, panel] = [(await notice.boundingBox())!, (await page.locator(".section").first().locator(".panel").boundingBox())!];
  const head = (await page.getByRole("heading", { name: "Needs you", exact: true }).boundingBox())!;
  expect(words.y).toBeGreaterThanOrEqual(head.y + head.height);
  expect(words.y + words.height).toBeLessThanOrEqual(panel.y);
});

test("a question is answered in the inbox with a thumb", async ({ page, server }) => {
  const board = await server.board();
  const attempt = await start(server, board, await scenario(server, board, "ask", "Alpha"));
  await stands(server, attempt, "waiting");
  await signIn(page, server);
  await page.goto(server.url);
  const allow = page.locator(".queue").getByRole("button", { name: "Allow" });
  expect((await allow.boundingBox())!.height).toBeGreaterThanOrEqual(44);
  await allow.tap();
  await stands(server, attempt, "succeeded");
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(375);
});
