// What can be read, with JavaScript on and off alike.
import { expect, signIn, test } from "../fixtures.ts";

test("projects, board and card are readable", async ({ page, server }) => {
  const board = await server.board();
  const first = await server.card(board, { title: "Foundation" });
  const roof = await server.card(board, {
    title: "Roof", description: "Use **slate**, not tin.", dependsOn: [first.id], labels: ["house"], priority: "high", type: "feature",
  });
  await signIn(page, server);

  await page.goto(`${server.url}/projects`);
  await page.getByRole("main").getByRole("link", { name: /lodestar/ }).click();
  await expect(page).toHaveURL(new RegExp(`/boards/${board.boardId}$`));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("lodestar");
  for (const column of ["Backlog", "In Progress", "Review", "Done"]) {
    await expect(page.getByRole("heading", { level: 2, name: column })).toBeVisible();
  }
  await expect(page.getByText(`Blocked by ${first.key}`)).toBeVisible();

  await page.getByRole("link", { name: /Roof/ }).click();
  await expect(page).toHaveURL(new RegExp(`/cards/${roof.id}`));
  const inspector = page.getByRole("complementary");
  await expect(inspector.getByText("slate", { exact: true })).toBeVisible();
  await expect(inspector.getByText("house").first()).toBeVisible();
});

test("a filter finds what only a description holds", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Roof", description: "Use **slate**, not tin." });
  await server.card(board, { title: "Cellar" });
  await signIn(page, server);
  await page.goto(`${server.url}/boards/${board.boardId}?q=slate`);
  await expect(page.locator("[data-card]")).toHaveCount(1);
  await expect(page.getByRole("link", { name: /Roof/ })).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "of 2" })).toContainText("1 of 2");
});

test("the inbox is readable, and empty says so", async ({ page, server }) => {
  await server.board();
  await signIn(page, server);
  await page.goto(server.url);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByRole("main").getByText("lodestar").first()).toBeVisible();
});

test("who is not signed in is asked to, and the token opens the door", async ({ page, server }) => {
  const response = await page.goto(`${server.url}/projects`);
  expect(response?.url()).toContain("/sign-in");
  await page.getByLabel(/token/i).fill(server.token);
  await page.getByRole("button", { name: /sign in/i }).click();
  await expect(page).not.toHaveURL(/sign-in/);
});

test("an address that leads nowhere is a page with status 404 and a way on", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of 404/);
  await signIn(page, server);
  for (const address of ["/nowhere", "/boards/unknown", "/boards/unknown/cards/unknown"]) {
    const response = await page.goto(server.url + address);
    expect(response?.status(), address).toBe(404);
    await expect(page.getByRole("main").getByRole("link").first()).toBeVisible();
  }
});
