// Writing a card's description: with a look at how it will read, and without losing a word.
import type { Page } from "@playwright/test";
import { BoardPage } from "../board.ts";
import { type Board, type Card, expect, signIn, test } from "../fixtures.ts";
import type { Server } from "../server.ts";

type Described = Card & { description?: string };

class Writing {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get inspector() { return this.page.getByRole("complementary"); }
  get field() { return this.page.getByRole("textbox", { name: "Description, in Markdown" }); }
  get preview() { return this.page.getByRole("tabpanel", { name: "Preview" }); }
  tab(name: string) { return this.page.getByRole("tab", { name, exact: true }); }
  get edit() { return this.page.getByRole("button", { name: "Edit the description" }); }
}

/** A card with a description, open beside its board. */
async function open(page: Page, server: Server, description = "Use *slate*."): Promise<{ board: Board; card: Card; path: string; writing: Writing }> {
  const board = await server.board();
  const card = await server.card(board, { title: "Alpha", description });
  await signIn(page, server);
  await new BoardPage(page).open(server.url, board, `/cards/${card.id}`);
  return { board, card, path: `/boards/${board.boardId}/cards/${card.id}`, writing: new Writing(page) };
}

test("what is written is previewed as it will read, and saved from either side", async ({ page, server }) => {
  const { path, writing } = await open(page, server);
  const saved = async () => (await server.api<Described>("GET", path)).description;
  await writing.edit.click();
  await expect(writing.field).toBeFocused();
  await writing.field.fill("# Why\n\n- [x] **first**\n\n<script>alert(1)</script> [no](javascript:alert(1))");
  await writing.tab("Preview").click();
  await expect(writing.tab("Preview")).toHaveAttribute("aria-selected", "true");
  await expect(writing.tab("Preview")).toBeFocused();
  await expect(writing.field).toBeHidden();
  await expect(writing.preview.getByRole("heading", { name: "Why" })).toBeVisible();
  await expect(writing.preview.getByRole("checkbox")).toBeChecked();
  await expect(writing.preview.locator("strong")).toHaveText("first");
  await expect(writing.preview).toContainText("<script>alert(1)</script>");
  await expect(writing.preview.locator("a, script")).toHaveCount(0);
  const shown = await writing.preview.locator(".prose").innerHTML();

  await page.keyboard.press("Control+Enter");
  await expect(writing.edit).toBeFocused();
  expect(await saved()).toMatch(/^# Why/);
  // The reading view is made by the same hand.
  expect(await page.locator("#inspector-description > .prose").innerHTML()).toBe(shown);

  await writing.edit.click();
  await expect(writing.tab("Write")).toHaveAttribute("aria-selected", "true");
  await writing.field.fill("Two");
  await page.keyboard.press("Control+Enter");
  await expect(writing.edit).toBeFocused();
  expect(await saved()).toBe("Two");
});

test("the two sides are tabs for the keyboard, and Escape means what it does in the field", async ({ page, server }) => {
  const { writing, path } = await open(page, server);
  await writing.edit.press("Enter");
  await expect(writing.field).toBeFocused();
  await page.keyboard.press("Shift+Tab");
  await expect(writing.tab("Write")).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(writing.tab("Preview")).toBeFocused();
  await expect(writing.field).toBeVisible();
  await page.keyboard.press("Enter");
  await expect(writing.preview).toContainText("Use slate.");
  await page.keyboard.press("Tab");
  await expect(writing.preview).toBeFocused();
  // Nothing was changed: Escape gives the field up, and no more.
  await page.keyboard.press("Escape");
  await expect(writing.edit).toBeFocused();
  await expect(writing.inspector).toBeVisible();

  await writing.edit.press("Enter");
  await writing.field.fill("Half a thought");
  await writing.tab("Preview").click();
  await page.keyboard.press("Escape");
  await expect(page.locator("#inspector-title")).toBeFocused();
  await expect(writing.preview).toContainText("Half a thought");
  await page.keyboard.press("Escape");
  await expect(writing.inspector).toBeHidden();
  expect((await server.api<Described>("GET", path)).description).toBe("Use *slate*.");
});

test("a draft survives the switch, what others write meanwhile, and another card", async ({ page, server }) => {
  const { board, path, writing } = await open(page, server);
  const other = await server.card(board, { title: "Beta" });
  await writing.edit.click();
  await writing.field.fill("Mine");
  await writing.tab("Preview").click();
  await server.api("PATCH", path, { description: "Theirs" });
  const overtaken = writing.inspector.getByText("Changed by someone since");
  await expect(overtaken).toBeVisible();
  await expect(writing.tab("Preview")).toBeFocused();
  await expect(writing.preview).toHaveText("Mine");
  await writing.tab("Write").click();
  await expect(writing.field).toHaveValue("Mine");
  await writing.field.pressSequentially("!");
  await writing.tab("Preview").click();
  await expect(writing.preview).toHaveText("Mine!");

  // Elsewhere and back: it is gone on with where it was left.
  const view = new BoardPage(page);
  await view.link("Beta").click();
  await expect(writing.inspector.getByRole("heading", { name: "Beta" })).toBeVisible();
  await view.link("Alpha").click();
  await expect(writing.field).toHaveValue("Mine!");
  await writing.tab("Preview").click();
  await writing.inspector.getByRole("button", { name: "Use the new text" }).click();
  await expect(writing.preview).toHaveText("Theirs");
  await expect(writing.preview).toBeFocused();
  await writing.tab("Write").click();
  await expect(writing.field).toHaveValue("Theirs");
  expect((await server.api<Described>("GET", `/boards/${board.boardId}/cards/${other.id}`)).description).toBeUndefined();
});

test("an empty description is previewed as such", async ({ page, server }) => {
  const { writing } = await open(page, server, "x");
  await writing.edit.click();
  await writing.field.fill("");
  await writing.tab("Preview").click();
  await expect(writing.preview).toHaveText("Nothing is written yet.");
});
