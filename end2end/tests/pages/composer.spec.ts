// What is written to an agent: for the end of its turn, to steer it now, or to go on.
import { Inspector, opened, scenario, stands, start } from "../attempts.ts";
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";

test("a message waits in sight until the turn ends, and is then part of the conversation", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "ask");
  await start(server, board, card);
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await expect(inspector.question).toBeVisible();
  await inspector.message.fill("And then look once more.");
  await page.keyboard.press("Control+Enter");
  await expect(inspector.queued).toHaveText(/Queued:\s*And then look once more\./);
  await expect(inspector.message).toHaveValue("");
  await expect(inspector.conversation).not.toContainText("And then look once more.");

  await inspector.question.getByRole("button", { name: "Allow" }).click();
  await expect(inspector.queued).toHaveCount(0);
  await expect(inspector.conversation.locator(".is-prompt").last()).toContainText("And then look once more.");
  await expect(inspector.standing).toHaveText("Succeeded");
});

test("steering ends the turn at hand", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "ask");
  await start(server, board, card);
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await expect(inspector.question).toBeVisible();
  await inspector.message.fill("Do something else.");
  await inspector.button("Steer").first().click();
  await inspector.root.locator(".composer").getByRole("button", { name: "Steer" }).last().click();
  await expect(inspector.conversation.locator(".is-prompt").last()).toContainText("Do something else.");
  await expect(inspector.conversation).toContainText("Not answered before the turn ended: Edit DEMO.md");
  await expect(inspector.standing).toHaveText("Succeeded");
});

test("a message to an attempt that is over goes on with it", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "succeed", "Alpha");
  await start(server, board, card);
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await expect(inspector.standing).toHaveText("Succeeded");
  await inspector.message.fill("Once more, please. \n\nscenario: ask");
  await inspector.button("Send").click();
  await expect(inspector.question).toBeVisible();
  await expect.poll(() => view.titles("In Progress")).toEqual(["Alpha"]);
});

test("what was typed and not sent is there again when the card is opened again", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "succeed", "Alpha");
  await start(server, board, card);
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await inspector.message.fill("Half a sentence");
  await page.getByRole("link", { name: "Close the card" }).click();
  await expect(inspector.root).toHaveCount(0);
  await view.card("Alpha").getByRole("link").click();
  await expect(inspector.message).toHaveValue("Half a sentence");
});

test("a message that could not be sent is in the field again, and the reason is told", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of 500/);
  const board = await server.board();
  const card = await scenario(server, board, "ask");
  await stands(server, await start(server, board, card), "waiting");
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await page.route("**/messages", (route) => route.fulfill({ status: 500 }));
  await inspector.message.fill("Look once more.");
  await page.keyboard.press("Control+Enter");
  await expect(inspector.root.locator(".composer").getByRole("alert")).not.toBeEmpty();
  await expect(inspector.message).toHaveValue("Look once more.");
  await expect(inspector.queued).toHaveCount(0);
});

test("a message that is on its way is no draft, and one that came to nothing is", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of 500/);
  const board = await server.board();
  const card = await scenario(server, board, "ask", "Alpha");
  await stands(server, await start(server, board, card), "waiting");
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  for (const status of [200, 500]) {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route("**/messages", async (route) => {
      await held;
      await (status === 200 ? route.continue() : route.fulfill({ status }));
    });
    await inspector.message.fill(`Answered ${status}.`);
    await page.keyboard.press("Control+Enter");
    await expect(inspector.message).toHaveValue("");
    await page.keyboard.press("Escape");
    await expect(inspector.root).toHaveCount(0);
    await expect(page.getByText("What you typed is kept")).toHaveCount(0);
    const answered = page.waitForResponse(/\/messages$/);
    release();
    await answered;
    await page.unroute("**/messages");
    await view.card("Alpha").getByRole("link").click();
    await expect(inspector.message).toHaveValue(status === 200 ? "" : "Answered 500.");
  }
  await expect(inspector.queued).toHaveText([/Answered 200\./]);
});

test("to an attempt that is over nothing is sent while another is under way", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "ask", "Alpha");
  const first = await start(server, board, card);
  await stands(server, first, "waiting");
  await server.api("POST", `/attempts/${first.attemptId}/stop`);
  await stands(server, first, "stopped");
  await stands(server, await start(server, board, card), "waiting");
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}?attempt=${first.attemptId}`);
  const inspector = new Inspector(page);
  await expect(inspector.root.locator(".composer__hint")).toHaveText("Attempt #2 is under way");
  await inspector.message.fill("More.");
  await expect(inspector.button("Send")).toHaveAttribute("aria-disabled", "true");
});

test("a message is shown in the lines that it was written in", async ({ page, server }) => {
  const { inspector } = await opened(page, server, "succeed");
  await inspector.button("Start").click();
  await expect(inspector.standing).toHaveText("Succeeded");
  await inspector.message.fill("The first line.\nThe second line.");
  await inspector.button("Send").click();
  const text = inspector.conversation.locator(".is-prompt").last().locator(".turn__text");
  await expect(text).toContainText("The second line.");
  expect(await text.innerText()).toContain("The first line.\nThe second line.");
});

test("a message that is sent before the attempt is known goes once it is", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "ask", "Alpha");
  await stands(server, await start(server, board, card), "waiting");
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route(/\/cards\/[^/]+\/attempts$/, async (route) => {
    await held;
    await route.continue();
  });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await view.card("Alpha").getByRole("link").click();
  const inspector = new Inspector(page);
  await inspector.message.fill("In good time.");
  await page.keyboard.press("Control+Enter");
  await expect(inspector.root.locator(".composer").getByRole("button", { name: "Sending…" })).toBeVisible();
  release();
  await expect(inspector.queued).toHaveText([/In good time\./]);
  await expect(inspector.message).toHaveValue("");
});
