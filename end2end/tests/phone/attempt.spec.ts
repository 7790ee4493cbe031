// On a phone an attempt is started, allowed and stopped like anywhere else.
import { Inspector, scenario } from "../attempts.ts";
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
