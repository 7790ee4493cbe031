// The first minutes with Mainstay: a sample project at the press of a button, and an agent at work on one of its cards.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Inspector, newest } from "../attempts.ts";
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";
import type { Board } from "../server.ts";

test("the sample project is there at the press of a button, and its agent works", async ({ page, server }) => {
  await signIn(page, server);
  await page.goto(`${server.url}/projects`);
  await expect(page.locator(".fresh")).toHaveText(/Live/);
  await page.getByRole("button", { name: "Add the sample project" }).click();

  await expect(page.getByRole("heading", { name: "Tide tables", level: 1 })).toBeVisible();
  const view = new BoardPage(page);
  await view.live();
  const board = (await server.api<Board[]>("GET", "/boards"))[0]!;
  await expect(page).toHaveURL(`${server.url}/boards/${board.boardId}`);
  const titles = await view.titles("Backlog");
  expect(titles).toHaveLength(5);
  const title = "Ask before the harbour list is changed";
  expect(titles).toContain(title);

  await view.card(title).getByRole("link").click();
  const inspector = new Inspector(page);
  await inspector.button("Start").click();
  await inspector.question.getByRole("button", { name: "Allow" }).click();
  await expect(inspector.standing).toHaveText("Succeeded");
  await expect.poll(() => view.titles("Review")).toEqual([title]);
  const card = Object.values((await server.state(board)).cards).find((one) => one.title === title)!;
  const { worktree } = await newest(server, board, card);
  expect(existsSync(join(worktree!, "DEMO.md"))).toBe(true);
});

test("whoever has no project finds the sample on the first page too", async ({ page, server }) => {
  await signIn(page, server);
  await page.goto(server.url);
  await expect(page.locator(".fresh")).toHaveText(/Live/);
  await page.getByRole("button", { name: "Add the sample project" }).click();
  await expect(page.getByRole("heading", { name: "Tide tables", level: 1 })).toBeVisible();
});

test("a sample that can't be made says why and what to do, and is made on another try", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of 503/);
  await signIn(page, server);
  let answer = () => {};
  const pressed = new Promise<void>((resolve) => (answer = resolve));
  const problem = {
    type: "about:blank", title: "Unavailable", status: 503,
    detail: "The sample can't be written.", hints: ["Make room on the disk of the data folder, and try again."],
  };
  await page.route("**/api/v1/boards/sample", async (route) => {
    await pressed;
    await route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify(problem) });
  });
  await page.goto(`${server.url}/projects`);
  await expect(page.locator(".fresh")).toHaveText(/Live/);
  await page.getByRole("button", { name: "Add the sample project" }).click();
  await expect(page.getByRole("button", { name: "Adding the sample project…" })).toHaveAttribute("aria-disabled", "true");
  answer();
  await expect(page.getByRole("alert").filter({ hasText: "sample" }))
    .toHaveText("The sample can't be written. Make room on the disk of the data folder, and try again.");

  await page.unroute("**/api/v1/boards/sample");
  await page.getByRole("button", { name: "Add the sample project" }).click();
  await expect(page.getByRole("heading", { name: "Tide tables", level: 1 })).toBeVisible();
});
