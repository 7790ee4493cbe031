// What is written to an agent: for the end of its turn, to steer it now, or to go on.
import { Inspector, scenario, start } from "../attempts.ts";
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
