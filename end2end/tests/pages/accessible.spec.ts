// What axe finds by itself: WCAG 2.2 AA and its own best practices, on every page, in both themes.
import { Inspector, scenario, stands, start } from "../attempts.ts";
import { Looks } from "../axe.ts";
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";

test("axe finds nothing to object to on any page, in a menu and in a dialog", async ({ page, server }) => {
  const looks = await Looks.of(page);
  await page.goto(`${server.url}/sign-in`);
  await looks.at("sign-in", [1440]);
  await signIn(page, server);
  await looks.at("first run", [1440]);
  const board = await server.board();
  const view = new BoardPage(page);
  await page.goto(`${server.url}/boards/${board.boardId}`);
  await expect(page.getByText("No cards yet")).toBeVisible();
  await looks.at("a board without cards");
  const first = await server.card(board, { title: "Alpha", description: "Use `slate`.", labels: ["ui"], priority: "high", type: "bug" });
  await server.card(board, { title: "Beta", dependsOn: [first.id] });
  for (const path of ["/", "/projects", `/boards/${board.boardId}`, `/boards/${board.boardId}/cards/${first.id}`]) {
    await page.goto(server.url + path);
    await view.live();
    await looks.at(path, [1440]);
  }
  await view.cardMenu("Beta");
  await looks.at("a menu", [1440]);
  await page.keyboard.press("Escape");
  await view.columnMenu("Backlog");
  await page.getByRole("menuitem", { name: "Rename or limit…" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await looks.at("a dialog");
  looks.nothing();
});

test("axe finds nothing to object to in an attempt", async ({ page, server }) => {
  const looks = await Looks.of(page);
  const board = await server.board();
  const card = await scenario(server, board, "ask", "Alpha");
  await stands(server, await start(server, board, card), "waiting");
  await signIn(page, server);
  await page.goto(server.url);
  await expect(page.locator(".queue")).toContainText("Asks: Edit DEMO.md");
  await looks.at("the inbox");
  await page.setViewportSize({ width: 1440, height: 900 });
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);
  await expect(inspector.question.locator(".hunk")).toBeVisible();
  await inspector.root.locator(".plan__head").click();
  await inspector.conversation.locator(".fold__head, .step__head").first().click();
  await looks.at("a question");
  await inspector.tab("Log").click();
  await expect(inspector.root.locator(".log__line").first()).toBeVisible();
  await looks.at("a log");
  looks.nothing();
});
