// What an agent said and did can be read without a script too.
import { scenario, stands, start } from "../attempts.ts";
import { expect, signIn, test } from "../fixtures.ts";

test("a card's address shows its attempts and the newest of the conversation", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "ask", "Alpha");
  const attempt = await start(server, board, card);
  await stands(server, attempt, "waiting");
  await signIn(page, server);
  await page.goto(`${server.url}/boards/${board.boardId}/cards/${card.id}`);
  const inspector = page.getByRole("complementary");
  await expect(inspector.getByRole("navigation", { name: "Attempts" })).toContainText(/#1 demo/i);
  await expect(inspector.locator(".standing__words")).toHaveText("Waits for your answer");
  await expect(inspector.getByText("Read DEMO.md")).toBeVisible();
  await expect(inspector.locator(".request__what")).toHaveText("Edit DEMO.md");
  await expect(inspector.locator(".is-prompt")).toContainText("scenario: ask");
});
