// An attempt from its start to its end, by clicks alone.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Inspector, newest, scenario, stands, start } from "../attempts.ts";
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";

test("an attempt that is started asks, is allowed by a click, succeeds, and its card goes to Review", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "ask", "Alpha");
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await inspector.button("Start").click();
  await expect(inspector.question).toContainText("Edit DEMO.md");
  await expect(inspector.standing).toHaveText("Waits for your answer");
  await expect(view.card("Alpha")).toContainText("Asks a question");
  const attempt = await newest(server, board, card);
  expect(existsSync(join(attempt.worktree!, "DEMO.md"))).toBe(false);

  await inspector.question.getByRole("button", { name: "Allow" }).click();
  await expect(inspector.standing).toHaveText("Succeeded");
  await expect(inspector.question).toHaveCount(0);
  await expect(inspector.conversation).toContainText("Answered “Allow”: Edit DEMO.md");
  await expect(inspector.conversation).toContainText("Thank you. The line is in DEMO.md.");
  await expect.poll(() => view.titles("Review")).toEqual(["Alpha"]);
  expect(readFileSync(join(attempt.worktree!, "DEMO.md"), "utf8")).toContain("Alpha");
  for (const size of [view.card("Alpha").locator(".diff"), inspector.size]) {
    await expect(size).toHaveText(/^\+[1-9]\d*\s*−0$/);
    await expect(size).toHaveAttribute("title", "1 file changed");
  }
});

test("a rejected question leaves the worktree as it was", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "ask");
  const attempt = await start(server, board, card);
  await stands(server, attempt, "waiting");
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  // By keyboard: the answers are buttons like any other.
  await inspector.question.getByRole("button", { name: "Reject" }).focus();
  await page.keyboard.press("Enter");
  await expect(inspector.standing).toHaveText("Succeeded");
  await expect(inspector.conversation).toContainText("Answered “Reject”");
  const { worktree } = await newest(server, board, card);
  expect(existsSync(join(worktree!, "DEMO.md"))).toBe(false);
});

test("a question that somebody else has answered goes by itself", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "ask");
  const attempt = await start(server, board, card);
  await stands(server, attempt, "waiting");
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await expect(inspector.question).toBeVisible();
  const items = await server.api<{ items: { requestId?: string }[] }>("GET", `/attempts/${attempt.attemptId}/conversation`);
  const request = items.items.find((item) => item.requestId)!.requestId;
  await server.api("POST", `/attempts/${attempt.attemptId}/permissions/${request}`, { optionId: "allow-once" });
  await expect(inspector.question).toHaveCount(0);
  await expect(inspector.standing).toHaveText("Succeeded");
});

test("an attempt is stopped and goes on where it broke off", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "wait");
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await inspector.button("Start").click();
  await expect(inspector.conversation).toContainText("Step 2 of");
  await inspector.button("Stop").click();
  await expect(inspector.standing).toHaveText("Stopped");
  await expect(inspector.conversation).toContainText("Step 2 of");
  await inspector.button("Resume").click();
  await expect(inspector.standing).toHaveText(/Running|Succeeded/);
});

test("a failed attempt says why, and another can be started beside it", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "crash");
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await inspector.button("Start").click();
  await expect(inspector.standing).toHaveText("Failed");
  await expect(inspector.root.locator(".standing__why")).toContainText("crashing in mid-turn");
  await expect(view.card("Play crash")).toContainText("Failed");
  await inspector.button("Start anew").click();
  const tabs = inspector.root.getByRole("navigation", { name: "Attempts" }).getByRole("link");
  await expect(tabs).toHaveCount(2);
  await expect(tabs.nth(1)).toHaveAttribute("aria-current", "true");
  await tabs.nth(0).click();
  await expect(tabs.nth(0)).toHaveAttribute("aria-current", "true");
  await expect(page).toHaveURL(/attempt=/);
});

test("an attempt that somebody else starts takes nobody away from what they look at", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "succeed");
  const first = await start(server, board, card);
  await stands(server, first, "succeeded");
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await inspector.tab("Log").click();
  const focused = inspector.tab("Log");
  const second = await start(server, board, card);
  const tabs = inspector.root.getByRole("navigation", { name: "Attempts" }).getByRole("link");
  await expect(tabs).toHaveCount(2);
  await stands(server, second, "succeeded");
  await expect(tabs.nth(0)).toHaveAttribute("aria-current", "true");
  await expect(focused).toBeFocused();
  await expect(inspector.tab("Log")).toHaveAttribute("aria-selected", "true");
});

test("a blocked card says why no attempt can be started", async ({ page, server }) => {
  const board = await server.board();
  const first = await server.card(board, { title: "Alpha" });
  const card = await server.card(board, { title: "Beta", dependsOn: [first.id] });
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await expect(inspector.button("Start")).toHaveAttribute("aria-disabled", "true");
  await expect(inspector.root.locator(".start__why")).toHaveText(`Blocked by ${first.key}`);
});

test("the log is read when someone looks at it, and goes on by itself", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "wait");
  await start(server, board, card);
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await inspector.tab("Log").click();
  await expect(inspector.root.getByRole("tabpanel", { name: "Log" })).toContainText("playing the scenario wait");
  await inspector.button("Stop").click();
  await expect(inspector.root.getByRole("tabpanel", { name: "Log" })).toContainText("stopped by user");
});
