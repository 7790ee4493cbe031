// What needs a person: counted, told, and gone to.
import { Inspector, scenario, stands, start } from "../attempts.ts";
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";
import { keysAreHere } from "../keys.ts";

test("the key n goes from one card that needs a person to the next, and not while somebody types", async ({ page, server }) => {
  const board = await server.board();
  for (const title of ["Alpha", "Beta"]) {
    await stands(server, await start(server, board, await scenario(server, board, "ask", title)), "waiting");
  }
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await keysAreHere(page);
  await expect(page).toHaveTitle(/^\(2\)/);
  const heading = page.getByRole("complementary").getByRole("heading", { level: 2 });
  const inspector = new Inspector(page);
  const answers = inspector.question.getByRole("button");
  await page.keyboard.press("n");
  await expect(heading).toHaveText("Alpha");
  await expect(answers.first()).toBeFocused();
  await page.keyboard.press("n");
  await expect(heading).toHaveText("Beta");
  await expect(answers.first()).toBeFocused();
  await inspector.message.fill("");
  await inspector.message.press("n");
  await expect(inspector.message).toHaveValue("n");
  await expect(heading).toHaveText("Beta");
  await inspector.message.fill("");
  await inspector.question.getByRole("button", { name: "Allow" }).click();
  await expect(inspector.standing).toHaveText("Succeeded");
});

test("the key n shows where the focus is by a part of the inspector, not by all of it", async ({ page, server }) => {
  const board = await server.board();
  await stands(server, await start(server, board, await scenario(server, board, "crash", "Alpha")), "failed");
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board);
  await expect(page.getByRole("button", { name: "1 needs you" })).toBeVisible();
  await page.keyboard.press("n");
  await expect(page.getByRole("complementary").getByRole("heading", { level: 2 })).toBeFocused();
});

test("the ages in the queue stand below one another, whatever can be done about a row", async ({ page, server }) => {
  const board = await server.board();
  for (const [name, title, status] of [["ask", "Alpha", "waiting"], ["crash", "Beta", "failed"], ["succeed", "Gamma", "succeeded"]] as const) {
    await stands(server, await start(server, board, await scenario(server, board, name, title)), status);
  }
  await signIn(page, server);
  await page.goto(server.url);
  await expect(page.locator(".queue").getByRole("button")).toHaveCount(3);
  const ends = await page.locator(".need__age").evaluateAll((all) => all.map((it) => Math.round(it.getBoundingClientRect().right)));
  expect(ends).toHaveLength(3);
  expect(new Set(ends).size).toBe(1);
});

test("a digit answers what is asked where the focus is in the inspector, and nowhere else", async ({ page, server }) => {
  const board = await server.board();
  await stands(server, await start(server, board, await scenario(server, board, "ask", "Alpha")), "waiting");
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await keysAreHere(page);
  await page.keyboard.press("n");
  const inspector = new Inspector(page);
  const answers = inspector.question.getByRole("button");
  await expect(answers.first()).toBeFocused();
  const names = await answers.allInnerTexts();
  const allow = names.findIndex((name) => name.startsWith("Allow")) + 1;
  await inspector.message.fill("");
  await inspector.message.press(String(allow));
  await expect(inspector.message).toHaveValue(String(allow));
  await inspector.message.fill("");
  await view.card("Alpha").getByRole("link").focus();
  await page.keyboard.press(String(allow));
  await expect(inspector.standing).toHaveText("Waits for your answer");
  await answers.first().focus();
  await page.keyboard.press(String(allow));
  await expect(inspector.conversation).toContainText("Answered “Allow”");
  await expect(inspector.standing).toHaveText("Succeeded");
});

test("a question is answered in the inbox, and the focus goes on to what is asked next", async ({ page, server }) => {
  const board = await server.board();
  const attempts = [];
  for (const title of ["Alpha", "Beta"]) {
    const attempt = await start(server, board, await scenario(server, board, "ask", title));
    await stands(server, attempt, "waiting");
    attempts.push(attempt);
  }
  await signIn(page, server);
  await page.goto(server.url);
  const row = (title: string) => page.locator(".queue > li", { hasText: title });
  await expect(row("Alpha")).toContainText("Asks: Edit DEMO.md");
  await keysAreHere(page);
  for (const title of ["Alpha", "Beta", "Alpha"]) {
    await page.keyboard.press("n");
    await expect(row(title).getByRole("link")).toBeFocused();
  }
  await row("Alpha").getByRole("button", { name: "Allow" }).focus();
  await page.keyboard.press("Enter");
  await stands(server, attempts[0]!, "succeeded");
  await expect(row("Alpha")).toContainText("Ready to review");
  await expect.poll(() => page.evaluate(() => !!document.activeElement?.closest(".queue"))).toBe(true);
  await row("Beta").getByRole("button", { name: "Reject" }).click();
  await stands(server, attempts[1]!, "succeeded");
});

test("a row of what runs stays the same, with the focus in it, when its attempt stands otherwise", async ({ page, server }) => {
  const board = await server.board();
  const attempt = await start(server, board, await scenario(server, board, "ask", "Alpha"));
  await stands(server, attempt, "waiting");
  await signIn(page, server);
  await page.goto(server.url);
  const running = page.locator(".runs").getByRole("link", { name: "Alpha" });
  await expect(page.locator(".runs")).toContainText("Waits for your answer");
  await running.focus();
  await server.api("POST", `/attempts/${attempt.attemptId}/messages`, { prompt: "scenario: wait", steer: true });
  await expect(page.locator(".runs")).toContainText("Running");
  await expect(running).toBeFocused();
});

test("the queue says why an attempt failed, and leads to what is to be reviewed", async ({ page, server }) => {
  const board = await server.board();
  const failed = await start(server, board, await scenario(server, board, "fail", "Alpha"));
  await stands(server, failed, "failed");
  const done = await scenario(server, board, "succeed", "Beta");
  await stands(server, await start(server, board, done), "succeeded");
  await signIn(page, server);
  await page.goto(server.url);
  const row = (title: string) => page.locator(".queue > li", { hasText: title });
  const { reason } = await server.api<{ reason: string }>("GET", `/attempts/${failed.attemptId}`);
  expect(reason).not.toBe("");
  await expect(row("Alpha").locator(".need__text")).toContainText(reason.split(/\s/)[0]!);
  await expect(row("Alpha").locator(".need__text")).not.toHaveText("Failed");
  await expect(row("Alpha").getByRole("link", { name: "Review" })).toHaveCount(0);
  await row("Beta").getByRole("link", { name: "Review" }).click();
  await expect(page).toHaveURL(new RegExp(`/cards/${done.id}\\?attempt=`));
});

test("an attempt that failed goes on from the inbox", async ({ page, server }) => {
  const board = await server.board();
  const attempt = await start(server, board, await scenario(server, board, "crash", "Alpha"));
  await stands(server, attempt, "failed");
  await signIn(page, server);
  await page.goto(server.url);
  await page.locator(".queue > li", { hasText: "Alpha" }).getByRole("button", { name: "Resume" }).click();
  await expect(page.locator(".runs")).toContainText("Alpha");
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
  await expect(page.locator(".card")).toContainText(/Asks: \S/);
  expect(await told()).toEqual([]);
});

test("the inbox says how notices come to the desktop", async ({ page, server, context }) => {
  await context.grantPermissions([]);
  await server.board();
  await signIn(page, server);
  await page.goto(server.url);
  await expect(page.locator("header", { hasText: "Needs you" })).toContainText(/Notify me|Notices/);
});
