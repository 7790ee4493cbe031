// What is done by keyboard alone is told to who can't see it, step by step.
import { Inspector, newest, scenario, stands, start } from "../attempts.ts";
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";
import { Heard } from "../heard.ts";
import { keysAreHere } from "../keys.ts";

test("a start, the question that comes of it, and what an answer leads to are told, by keyboard alone", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "ask", "Ask me");
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await keysAreHere(page);
  const heard = await Heard.of(page);
  const hears = (...words: string[]) => expect.poll(() => heard.all()).toEqual(expect.arrayContaining(words));
  await page.keyboard.press("j");
  await expect(view.link("Ask me")).toBeFocused();
  await page.keyboard.press("Enter");
  const inspector = new Inspector(page);
  await inspector.button("Start").focus();
  await page.keyboard.press("Enter");
  await hears("Waits for your answer");
  await page.keyboard.press("n");
  const answers = inspector.question.getByRole("button");
  await expect(answers.first()).toBeFocused();
  // What is asked is in the name of what the focus comes into.
  await expect(inspector.question).toHaveAccessibleName("The agent asks");
  const names = await answers.allInnerTexts();
  await page.keyboard.press(String(names.findIndex((name) => name.startsWith("Allow")) + 1));
  await stands(server, await newest(server, board, card), "succeeded");
  await hears("Succeeded");
  expect(await inspector.hasFocus()).toBe(true);
});

test("n goes to what is asked, though another part of the card is shown", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "ask", "Ask me");
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, `/cards/${card.id}`);
  await keysAreHere(page);
  const inspector = new Inspector(page);
  await page.keyboard.press("j");
  await expect(view.link("Ask me")).toBeFocused();
  await page.keyboard.press("s");
  await expect(inspector.standing).toHaveText("Waits for your answer");
  await expect(inspector.tab("Card")).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("n");
  await expect(inspector.question.getByRole("button").first()).toBeFocused();
});

test("an answer that is given in the inbox by keyboard is told", async ({ page, server }) => {
  const board = await server.board();
  const attempt = await start(server, board, await scenario(server, board, "ask", "Alpha"));
  await stands(server, attempt, "waiting");
  await signIn(page, server);
  await page.goto(server.url);
  await expect(page.locator(".queue").getByRole("button", { name: "Allow" })).toBeVisible();
  await keysAreHere(page);
  const heard = await Heard.of(page);
  await page.keyboard.press("n");
  await page.keyboard.press("Tab");
  await expect(page.locator(".queue").getByRole("button", { name: "Allow" })).toBeFocused();
  await page.keyboard.press("Enter");
  await stands(server, attempt, "succeeded");
  await expect(page.locator(".queue")).toContainText("Ready to review");
  expect((await heard.all()).join("\n")).toMatch(/Allow/);
});
