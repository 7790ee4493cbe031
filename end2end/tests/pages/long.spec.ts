// A column of many cards: what can be seen is rendered, and nothing is lost for it.
import type { Locator } from "@playwright/test";
import { BoardPage } from "../board.ts";
import { type Board, expect, signIn, test } from "../fixtures.ts";
import type { Server } from "../server.ts";

/** Fills the backlog with cards called "Card 1" and so on. */
async function fill(server: Server, board: Board, count: number): Promise<void> {
  for (let from = 1; from <= count; from += 20) {
    const numbers = Array.from({ length: Math.min(20, count - from + 1) }, (_, index) => from + index);
    for (const number of numbers) await server.card(board, { title: `Card ${number}.` });
  }
}

const list = (view: BoardPage): Locator => view.column("Backlog").locator(".column__cards");
const scrollTo = (view: BoardPage, top: number) => list(view).evaluate((it, top) => { it.scrollTop = top; }, top);

test("a long column renders what can be seen, in its place, and says how many there are", async ({ page, server }) => {
  const board = await server.board();
  await fill(server, board, 300);
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  const cards = view.column("Backlog").locator(".card");
  await expect(view.card("Card 1.")).toHaveAttribute("aria-posinset", "1");
  await expect(view.card("Card 1.")).toHaveAttribute("aria-setsize", "300");
  await expect(view.card("Card 300.")).toHaveAttribute("aria-posinset", "300");
  expect(await cards.count()).toBeLessThan(60);

  const height = await list(view).evaluate((it) => it.scrollHeight);
  await scrollTo(view, height / 2);
  await expect(view.card("Card 150.")).toBeVisible();
  const seen = await list(view).evaluate((it) => {
    const box = it.getBoundingClientRect();
    return [...it.querySelectorAll("[data-card]")].filter((card) => {
      const own = card.getBoundingClientRect();
      return own.bottom > box.top && own.top < box.bottom;
    }).map((card) => Number(/Card (\d+)\./.exec(card.textContent!)![1]));
  });
  expect(seen.length).toBeGreaterThan(4);
  expect(seen).toEqual(seen.map((_, index) => seen[0]! + index));
  expect(Math.abs((await list(view).evaluate((it) => it.scrollHeight)) - height)).toBeLessThan(4);
  expect(await cards.count()).toBeLessThan(60);

  // The end is where it should be, too.
  await scrollTo(view, height);
  await expect(view.card("Card 299.")).toBeInViewport();
  await expect(view.column("Backlog").getByRole("button", { name: "Add card", exact: true })).toBeInViewport();
});

test("who reads in the middle stays there while cards are added and taken away above", async ({ page, server }) => {
  const board = await server.board();
  await fill(server, board, 160);
  const backlog = await server.column(board, "backlog");
  const review = await server.column(board, "review");
  const moved = await server.card(board, { title: "From elsewhere", columnId: review });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  await scrollTo(view, 8_000);
  const card = view.card("Card 76.");
  await expect(card).toBeInViewport();
  const before = (await card.boundingBox())!.y;
  const first = (await server.state(board)).columns[backlog]!.cardIds[0];
  await server.api("POST", `/boards/${board.boardId}/cards/${moved.id}/move`, { columnId: backlog, beforeCardId: first });
  await expect(view.column("Backlog").locator(".column__count")).toContainText("161");
  await expect.poll(async () => Math.abs((await card.boundingBox())!.y - before)).toBeLessThan(2);
  await server.api("DELETE", `/boards/${board.boardId}/cards/${moved.id}`);
  await expect(view.column("Backlog").locator(".column__count")).toContainText("160");
  await expect.poll(async () => Math.abs((await card.boundingBox())!.y - before)).toBeLessThan(2);
});

test("the card in focus and the open card stay while the column is scrolled, and closing gives the focus back", async ({ page, server }) => {
  const board = await server.board();
  await fill(server, board, 150);
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  const link = view.card("Card 3.").getByRole("link");
  await link.focus();
  await scrollTo(view, 12_000);
  await expect(view.card("Card 110.")).toBeInViewport();
  await expect(link).toBeFocused();
  await expect(view.card("Card 30.")).toHaveCount(0);

  await view.card("Card 110.").getByRole("link").click();
  const inspector = page.getByRole("complementary");
  await expect(inspector.getByRole("heading", { name: "Card 110." })).toBeVisible();
  await scrollTo(view, 0);
  await expect(view.card("Card 5.")).toBeInViewport();
  await expect(view.card("Card 110.")).toHaveCount(1);
  await inspector.getByRole("link", { name: "Close the card" }).click();
  await expect(view.card("Card 110.").getByRole("link")).toBeFocused();
  await expect(view.card("Card 110.")).toBeInViewport();
});

test("a card is dragged within a long column that was scrolled, to where it is dropped", async ({ page, server }) => {
  const board = await server.board();
  await fill(server, board, 140);
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  await scrollTo(view, 7_000);
  await expect(view.card("Card 66.")).toBeInViewport();
  await view.drag("Card 66.", view.card("Card 68."));
  const backlog = await server.column(board, "backlog");
  const titles = async () => {
    const state = await server.state(board);
    return state.columns[backlog]!.cardIds.map((id) => state.cards[id]!.title);
  };
  await expect.poll(async () => (await titles()).slice(65, 68).sort()).toEqual(["Card 66.", "Card 67.", "Card 68."]);
  await expect.poll(async () => (await titles()).indexOf("Card 66.")).toBeGreaterThan(65);
  await expect(view.card("Card 66.").getByRole("link")).toBeFocused();
});
