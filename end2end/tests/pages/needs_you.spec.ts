// What needs a person: counted, told, and gone to.
import { Inspector, scenario, stands, start } from "../attempts.ts";
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";

test("the key n goes from one card that needs a person to the next, and not while somebody types", async ({ page, server }) => {
  const board = await server.board();
  for (const title of ["Alpha", "Beta"]) {
    await stands(server, await start(server, board, await scenario(server, board, "ask", title)), "waiting");
  }
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await expect(page).toHaveTitle(/^\(2\)/);
  const heading = page.getByRole("complementary").getByRole("heading", { level: 2 });
  await page.keyboard.press("n");
  await expect(heading).toHaveText("Alpha");
  await page.keyboard.press("n");
  await expect(heading).toHaveText("Beta");
  const inspector = new Inspector(page);
  await inspector.message.fill("");
  await inspector.message.press("n");
  await expect(inspector.message).toHaveValue("n");
  await expect(heading).toHaveText("Beta");
  await inspector.message.fill("");
  await inspector.question.getByRole("button", { name: "Allow" }).click();
  await expect(inspector.standing).toHaveText("Succeeded");
});

test("a row of the inbox leads to the attempt that it is about", async ({ page, server }) => {
  const board = await server.board();
  const attempt = await start(server, board, await scenario(server, board, "ask", "Alpha"));
  await stands(server, attempt, "waiting");
  await signIn(page, server);
  await page.goto(server.url);
  await page.locator(".queue").getByRole("link", { name: "Alpha" }).click();
  await expect(page).toHaveURL(new RegExp(`attempt=${attempt.attemptId}`));
  await expect(new Inspector(page).question).toBeVisible();
});

test("a question is told once on the desktop, to who has allowed it and looks elsewhere", async ({ page, server, context }) => {
  await context.grantPermissions(["notifications"]);
  await page.addInitScript(() => {
    const told: string[] = [];
    class Told extends EventTarget {
      static permission = "granted";
      onclick = null;
      constructor(title: string, options: { tag: string }) {
        super();
        told.push(`${title} ${options.tag}`);
      }
    }
    Object.assign(window, { told, Notification: Told });
    document.hasFocus = () => false;
  });
  const board = await server.board();
  const card = await scenario(server, board, "ask", "Alpha");
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board);
  await start(server, board, card);
  const told = () => page.evaluate(() => (window as unknown as { told: string[] }).told);
  await expect.poll(told).toHaveLength(1);
  expect((await told())[0]).toContain(`${card.key}: Asks a question`);
  await page.reload();
  await new BoardPage(page).live();
  await expect(page.locator(".card")).toContainText("Asks a question");
  expect(await told()).toEqual([]);
});

test("the inbox says how notices come to the desktop", async ({ page, server, context }) => {
  await context.grantPermissions([]);
  await server.board();
  await signIn(page, server);
  await page.goto(server.url);
  await expect(page.locator("header", { hasText: "Needs you" })).toContainText(/Notify me|Notices/);
});
