// An attempt from its start to its end, by clicks alone.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Inspector, atWork, newest, open, opened, scenario, stands, start, talker } from "../attempts.ts";
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";

test("an attempt that is started asks, is allowed by a click, succeeds, and its card goes to Review", async ({ page, server }) => {
  const { board, card, view, inspector } = await opened(page, server, "ask");
  await inspector.button("Start").click();
  await expect(inspector.question).toContainText("Edit DEMO.md");
  await expect(inspector.standing).toHaveText("Waits for your answer");
  await expect(view.card("Alpha")).toContainText(/Asks: \S/);
  const attempt = await newest(server, board, card);
  expect(existsSync(join(attempt.worktree!, "DEMO.md"))).toBe(false);
  // What is to be allowed is shown with the question.
  await expect(inspector.question.locator(".hunk")).toContainText("DEMO.md (new)");
  await expect(inspector.question.locator(".hunk .is-add").last()).toBeVisible();

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
  // The button is gone, and the focus went on to the conversation.
  await expect(inspector.conversation).toBeFocused();
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
  const { inspector } = await opened(page, server, "wait");
  await inspector.button("Start").click();
  await expect(inspector.conversation).toContainText("Step 2 of");
  expect(await inspector.hasFocus()).toBe(true);
  await inspector.button("Stop").click();
  await expect(inspector.standing).toHaveText("Stopped");
  expect(await inspector.hasFocus()).toBe(true);
  await expect(inspector.conversation).toContainText("Step 2 of");
  const rows = await inspector.rows.last().getAttribute("data-row");
  await inspector.button("Resume").click();
  // It goes on in the same conversation: there is more of it than there was.
  await expect.poll(async () => Number(await inspector.rows.last().getAttribute("data-row"))).toBeGreaterThan(Number(rows));
  await expect(inspector.attempts).toHaveCount(1);
  await expect(inspector.standing).toHaveText("Succeeded", { timeout: 30_000 });
});

test("a second press where Stop was hits nothing, and the conversation ends with who stopped it", async ({ page, server }) => {
  const { view, inspector } = await atWork(page, server, "wait");
  await expect(inspector.conversation).toContainText("Step 2 of");
  const place = (await inspector.button("Stop").boundingBox())!;
  await inspector.button("Stop").click();
  await expect(inspector.button("Start anew")).toBeVisible();
  await expect(inspector.button("Resume")).toBeVisible();
  expect(await inspector.pressed(place)).toBeUndefined();
  await expect(inspector.conversation.getByText("Stopped by a person")).toBeInViewport();
  await expect(view.card("Alpha")).toContainText("Stopped");
});

test("the tab of the attempt that is shown stays marked however it goes on", async ({ page, server }) => {
  const { inspector } = await opened(page, server, "succeed");
  await inspector.button("Start").click();
  await expect(inspector.standing).toHaveText("Succeeded");
  await expect(inspector.attempts).toHaveClass(/is-current/);
  await expect(inspector.attempts).toHaveClass(/is-pass/);
});

test("an agent is called by its label wherever it is named", async ({ page, server }) => {
  const { view, inspector } = await atWork(page, server, "ask");
  await expect(inspector.attempts).toHaveText(/#1 Demo agent/);
  await expect(inspector.question).toContainText("Demo agent asks");
  await expect(inspector.root.getByRole("textbox", { name: "Write to Demo agent" })).toBeVisible();
  await expect(view.card("Alpha").getByRole("img", { name: "Demo agent" })).toBeVisible();
  await page.goto(server.url);
  await expect(page.locator(".runs").getByRole("img", { name: "Demo agent" })).toBeVisible();
});

test("of an agent that is a command line the conversation says that its words are in the log", async ({ page, server }) => {
  const board = await server.board();
  const command = [process.execPath, "-e", "console.log('said by the command')", "{prompt}"];
  await server.api("POST", "/agents", { agent: "line", label: "Line", protocol: "command", command });
  const card = await server.card(board, { title: "Alpha" });
  await stands(server, await start(server, board, card, "line"), "succeeded");
  const { inspector } = await open(page, server, board, card);
  await expect(inspector.conversation).toContainText("What this agent prints is in the log");
  await inspector.button("Open the log").click();
  await expect(inspector.tab("Log")).toHaveAttribute("aria-selected", "true");
  await expect(inspector.root.getByRole("tabpanel", { name: "Log" })).toContainText("said by the command");
});

test("a tool that waited for an answer does not count that time as its own", async ({ page, server }) => {
  const { inspector } = await atWork(page, server, "ask");
  await inspector.question.getByRole("button", { name: "Allow" }).click();
  await expect(inspector.standing).toHaveText("Succeeded");
  const end = (name: string) => inspector.conversation.locator(".step", { hasText: name }).locator(".step__end");
  await expect(end("Read DEMO.md")).toHaveText(/\d s/);
  await expect(end("Edit DEMO.md")).toHaveText(/^\+\d+\s*−0$/);
});

test("what has to be done to get an agent is said without the signs of Markdown", async ({ page, server }) => {
  const { inspector } = await opened(page, server, "succeed");
  await inspector.button("Choose who does the work").click();
  const menu = page.getByRole("menu", { name: "Who does the work" });
  await expect(menu).toContainText("npm install -g opencode-ai");
  await expect(menu).not.toContainText("`");
});

test("a failed attempt says why, and another can be started beside it", async ({ page, server }) => {
  const { board, card, view, inspector } = await opened(page, server, "crash");
  await inspector.button("Start").click();
  await expect(inspector.standing).toHaveText("Failed");
  await expect(inspector.root.locator(".standing__why")).toContainText("crashing in mid-turn");
  await expect(view.card("Alpha")).toContainText("exit code 3");
  const tabs = inspector.attempts;
  await tabs.nth(0).click();
  await expect(page).toHaveURL(/attempt=/);
  const first = page.url();
  await inspector.button("Start anew").click();
  await expect(tabs).toHaveCount(2);
  await expect(tabs.nth(1)).toHaveAttribute("aria-current", "true");
  // The address names the attempt that is shown, or the way back to the first would be no way.
  await expect(page).toHaveURL(new RegExp(`attempt=${(await newest(server, board, card)).attemptId}`));
  await tabs.nth(0).click();
  await expect(tabs.nth(0)).toHaveAttribute("aria-current", "true");
  await expect(page).toHaveURL(first);
});

test("the agent that works is none for show if there is another, and the button says which", async ({ page, server }) => {
  const board = await server.board();
  await talker(server, 3);
  const card = await server.card(board, { title: "Alpha" });
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await expect(inspector.button("Start")).toHaveAttribute("title", "Starts Talker");
  await inspector.button("Start").click();
  await expect(inspector.attempts).toHaveText(/#1 Talker/);
  await expect(inspector.standing).toHaveText("Succeeded");
});

test("agents that could not be looked for are told of, and looked for again", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of 500/);
  const board = await server.board();
  const card = await server.card(board, { title: "Alpha" });
  await signIn(page, server);
  await page.route("**/api/v1/agents", (route) => route.fulfill({ status: 500 }));
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await inspector.button("Choose who does the work").click();
  const menu = page.getByRole("menu", { name: "Who does the work" });
  await expect(menu).toContainText("Not found out which agents there are");
  await talker(server, 3);
  await menu.getByRole("menuitem", { name: "Look for agents again" }).click();
  await menu.getByRole("menuitem", { name: "Talker" }).click();
  await expect(inspector.attempts).toHaveText(/#1 Talker/);
});

test("attempts that can't be read say so, and nothing untrue is said of them", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of 500|net::ERR_FAILED/);
  const board = await server.board();
  const card = await scenario(server, board, "ask", "Alpha");
  const attempt = await start(server, board, card);
  await stands(server, attempt, "waiting");
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  const attempts = `**/cards/${card.id}/attempts`;
  await page.route(attempts, (route) => route.fulfill({ status: 500 }));
  // Another stream would be a reason to ask again by itself: here only the person is to be one.
  await page.route("**/sse?*", (route) => route.abort());
  await view.card("Alpha").getByRole("link").click();
  const inspector = new Inspector(page);
  await expect(inspector.root.locator(".attempts ~ .note")).toContainText("Try again");
  await expect(inspector.root).not.toContainText("being stopped");
  await expect(inspector.button("Start")).toHaveCount(0);
  await expect(inspector.button("Start anew")).toHaveCount(0);
  await page.unroute(attempts);
  await inspector.root.locator(".attempts ~ .note").getByRole("button", { name: "Try again" }).click();
  await expect(inspector.standing).toHaveText("Waits for your answer");
  await expect(inspector.question).toBeVisible();
});

test("what is read out of how an attempt stands does not change by the second", async ({ page, server }) => {
  const { inspector } = await atWork(page, server, "wait");
  await expect(inspector.standing).toHaveText("Running");
  await expect(inspector.root.locator(".standing")).toContainText("last sign");
  await expect(inspector.root.locator(".standing [role=status], .standing[role=status]")).toHaveText("Running");
});

test("of what a tool prints the end is shown, until somebody reads further up", async ({ page, server }) => {
  const board = await server.board();
  const command = [process.execPath, `${import.meta.dirname}/../agents/printer.mjs`];
  await server.api("POST", "/agents", { agent: "printer", label: "Printer", protocol: "acp", command });
  const card = await server.card(board, { title: "Print" });
  await start(server, board, card, "printer");
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const output = new Inspector(page).conversation.locator(".step__output");
  await expect(output).toContainText("line 60 of");
  const fromEnd = () => output.evaluate((it) => it.scrollHeight - it.clientHeight - it.scrollTop);
  await expect.poll(fromEnd).toBeLessThan(30);
  await output.evaluate((it) => it.scrollTo(0, 10));
  const shown = Number(/line (\d+) of \d+\s*$/.exec(await output.innerText())![1]);
  await expect(output).toContainText(`line ${shown + 5} of`);
  expect(await output.evaluate((it) => it.scrollTop)).toBeLessThanOrEqual(11);
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
  const { inspector } = await atWork(page, server, "wait");
  await inspector.tab("Log").click();
  await expect(inspector.root.getByRole("tabpanel", { name: "Log" })).toContainText("playing the scenario wait");
  await inspector.button("Stop").click();
  await expect(inspector.root.getByRole("tabpanel", { name: "Log" })).toContainText("stopped by user");
});

test("the log is at its end when it is opened and while it grows, and goes on after it could not be read", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of 500/);
  const board = await server.board();
  const printing = "const more = process.argv.at(-1).includes('Once more.'); for (let it = more ? 300 : 1; it <= 300; it += 1) console.log(more ? 'more' : 'line', it)";
  const command = [process.execPath, "-e", printing, "{prompt}"];
  await server.api("POST", "/agents", { agent: "line", label: "Line", protocol: "command", command });
  const card = await server.card(board, { title: "Alpha" });
  await stands(server, await start(server, board, card, "line"), "succeeded");
  const { inspector } = await open(page, server, board, card);
  await page.route("**/logs?**", (route) => route.fulfill({ status: 500 }));
  await inspector.tab("Log").click();
  const log = inspector.root.getByRole("tabpanel", { name: "Log" });
  await expect(log.locator(".note")).toBeVisible();
  await page.unroute("**/logs?**");
  await log.getByRole("button", { name: "Try again" }).click();
  const lines = log.locator(".log__line");
  await expect(lines).toHaveCount(100);
  const fromEnd = () => log.locator(".log").evaluate((it) => it.scrollHeight - it.clientHeight - it.scrollTop);
  await expect.poll(fromEnd).toBeLessThan(30);
  // A line that is shown stays the element that it is when another one comes.
  const shown = await lines.last().elementHandle();
  await server.api("POST", `/attempts/${(await newest(server, board, card)).attemptId}/messages`, { prompt: "Once more." });
  await expect(log).toContainText("more 300");
  expect(await shown!.evaluate((it) => it.isConnected)).toBe(true);
  await expect.poll(fromEnd).toBeLessThan(30);
});
