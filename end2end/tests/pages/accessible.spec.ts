// What axe finds by itself: WCAG 2.2 AA and its own best practices, on every page, in both themes.
import { AxeBuilder } from "@axe-core/playwright";
import { Inspector, scenario, stands, start } from "../attempts.ts";
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";
import { keysAreHere } from "../keys.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test(`axe finds nothing to object to, ${colorScheme}`, async ({ page, server }) => {
    await page.emulateMedia({ colorScheme });
    const found = async (at: string) => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      return violations.map(({ id, nodes }) => `${at}: ${id} ${nodes.map((node) => node.target).join(" ")}`);
    };
    await page.goto(`${server.url}/sign-in`);
    const violations = await found("sign-in");

    await signIn(page, server);
    violations.push(...await found("first run"));
    const board = await server.board();
    const first = await server.card(board, { title: "Alpha", description: "Use `slate`.", labels: ["ui"], priority: "high", type: "bug" });
    await server.card(board, { title: "Beta", dependsOn: [first.id] });
    const view = new BoardPage(page);
    for (const path of ["/", "/projects", `/boards/${board.boardId}`, `/boards/${board.boardId}/cards/${first.id}`]) {
      await page.goto(server.url + path);
      await view.live();
      violations.push(...await found(path));
    }
    await view.cardMenu("Beta");
    violations.push(...await found("a menu"));
    await page.keyboard.press("Escape");
    await view.columnMenu("Backlog");
    await page.getByRole("menuitem", { name: "Rename or limit…" }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    violations.push(...await found("a dialog"));
    expect(violations).toEqual([]);
  });

  test(`axe finds nothing to object to in what keys open, ${colorScheme}`, async ({ page, server }) => {
    await page.emulateMedia({ colorScheme });
    const violations: string[] = [];
    const look = async (at: string) => {
      const found = await new AxeBuilder({ page }).analyze();
      violations.push(...found.violations.map(({ id, nodes }) => `${at}: ${id} ${nodes.map((node) => node.target).join(" ")}`));
    };
    const board = await server.board();
    await server.card(board, { title: "Alpha" });
    await signIn(page, server);
    await new BoardPage(page).open(server.url, board);
    await keysAreHere(page);
    await page.keyboard.press("?");
    await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
    await look("the shortcuts");
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await expect(page.getByRole("toolbar")).toBeVisible();
    await look("a selection");
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("listbox").getByRole("option").first()).toBeVisible();
    await look("the palette");
    expect(violations).toEqual([]);
  });

  test(`axe finds nothing to object to in an attempt, ${colorScheme}`, async ({ page, server }) => {
    await page.emulateMedia({ colorScheme });
    const violations: string[] = [];
    const look = async (at: string) => {
      const found = await new AxeBuilder({ page }).analyze();
      violations.push(...found.violations.map(({ id, nodes }) => `${at}: ${id} ${nodes.map((node) => node.target).join(" ")}`));
    };
    const board = await server.board();
    const card = await scenario(server, board, "ask", "Alpha");
    await stands(server, await start(server, board, card), "waiting");
    await signIn(page, server);
    for (const width of [1440, 375]) {
      await page.setViewportSize({ width, height: 760 });
      await page.goto(server.url);
      await expect(page.locator(".queue")).toContainText("Asks: Edit DEMO.md");
      await look(`the inbox, ${width}`);
      await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
      const inspector = new Inspector(page);
      await expect(inspector.question.locator(".hunk")).toBeVisible();
      await inspector.root.locator(".plan__head").click();
      await inspector.conversation.locator(".fold__head, .step__head").first().click();
      await look(`a question, ${width}`);
      await inspector.tab("Log").click();
      await expect(inspector.root.locator(".log__line").first()).toBeVisible();
      await look(`a log, ${width}`);
    }
    expect(violations).toEqual([]);
  });
}
