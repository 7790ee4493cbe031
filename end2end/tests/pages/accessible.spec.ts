// What axe finds by itself: WCAG 2.2 AA and its own best practices, on every page, in both themes.
import { AxeBuilder } from "@axe-core/playwright";
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";

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
}
