// Others work on the board, all at once and all the time; who types or reads on it is not disturbed.
import type { Page } from "@playwright/test";
import { BoardPage } from "../board.ts";
import { type Board, expect, signIn, test } from "../fixtures.ts";
import type { Server } from "../server.ts";
import { Storm, Typing, Watch } from "../storm.ts";

const text = "Nothing of it is lost";

async function opened(page: Page, server: Server, board: Board, rest = ""): Promise<BoardPage> {
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, rest);
  await view.movable();
  return view;
}

test("in a storm of changes no letter is lost, the caret stays and so does the focus, whatever is typed into", async ({ page, server }) => {
  const board = await server.board();
  const card = await server.card(board, { title: "Alpha", description: "First." });
  const columns = Object.keys((await server.state(board)).columns);
  const view = await opened(page, server, board, `/cards/${card.id}`);
  const inspector = page.getByRole("complementary");
  // The open card is changed too: all of it but what is typed.
  const also = (turn: number) => server.api("PATCH", `/boards/${board.boardId}/cards/${card.id}`,
    { labels: [`wind-${turn % 3}`], priority: turn % 2 === 0 ? "high" : "low" });
  const storm = new Storm(server, board, columns, { also });
  const fields = {
    "a new card": async () => {
      await view.column("Backlog").getByRole("button", { name: "Add card", exact: true }).click();
      return view.column("Backlog").getByRole("textbox", { name: "Title of the new card" });
    },
    "the title": async () => {
      await inspector.getByRole("button", { name: "Edit the title" }).click();
      return inspector.getByRole("textbox", { name: "Title" });
    },
    "the description": async () => {
      await inspector.getByRole("button", { name: "Edit the description" }).click();
      return inspector.getByRole("textbox", { name: /^Description/ });
    },
    "the filter": async () => page.getByLabel("Filter the cards"),
  };
  for (const [name, find] of Object.entries(fields)) {
    const field = await find();
    const before = await field.inputValue();
    const typing = await Typing.into(field);
    await typing.types(text, () => storm.blow(25));
    const value = before + text;
    expect(await typing.state(), name).toEqual({ value, caret: before.length + Math.floor(text.length / 2), hasFocus: true, left: [] });
  }
  await storm.end();
  await expect(inspector.getByRole("textbox", { name: "Title" })).toHaveValue(`Alpha${text}`);
  await expect(page.getByLabel("Filter the cards")).toHaveValue(text);
});

/** A board of which somebody reads a column, and the description of a card, in the middle. */
async function inTheMiddle(page: Page, server: Server) {
  const board = await server.board();
  const [review, done] = [await server.column(board, "review"), await server.column(board, "done")];
  for (let number = 1; number <= 30; number += 1) await server.card(board, { title: `Card ${number}.`, columnId: review });
  const description = Array.from({ length: 60 }, (_, at) => `Paragraph ${at + 1}.`).join("\n\n");
  const open = await server.card(board, { title: "Alpha", description });
  const view = await opened(page, server, board, `/cards/${open.id}`);
  const inspector = page.getByRole("complementary");
  await inspector.getByRole("tab", { name: "Card" }).click();
  const list = view.column("Review").locator(".column__cards");
  await list.evaluate((it) => it.scrollTo(0, 900));
  await inspector.getByText("Paragraph 20.", { exact: true }).evaluate((it) => it.scrollIntoView({ block: "start" }));
  const id = await list.evaluate((it) => {
    const top = it.getBoundingClientRect().top;
    return [...it.querySelectorAll("[data-card]")].find((card) => card.getBoundingClientRect().top > top + 80)!.id;
  });
  return { board, view, inspector, columns: [review, done], middle: page.locator(`#${id}`) };
}

test("in a storm of changes what is read stays where it is and as it is: cards, the inspector, and all around them", async ({ page, server }) => {
  const { board, view, inspector, columns, middle } = await inTheMiddle(page, server);
  const body = inspector.locator(".inspector__body");
  const scrolled = await body.evaluate((it) => it.scrollTop);
  expect(scrolled).toBeGreaterThan(100);
  await view.link("Alpha").focus();
  const read = inspector.getByText("Paragraph 25.", { exact: true });
  const watch = await Watch.over(page, [middle, view.card("Alpha"), read, inspector.getByRole("heading", { level: 2 }),
    page.getByRole("search"), view.column("Review").locator("h2")]);
  const storm = new Storm(server, board, columns, { within: false });
  await storm.blow(120);
  await storm.end();
  // What came last is there.
  await server.card(board, { title: "After the storm", columnId: columns[1] });
  await expect(view.card("After the storm")).toBeVisible();
  expect(await watch.disturbed()).toEqual([]);
  expect(await body.evaluate((it) => it.scrollTop)).toBe(scrolled);
  await expect(view.link("Alpha")).toBeFocused();
});

test("a card that others are moved past is not taken off the page, and keeps the focus", async ({ page, server }) => {
  const board = await server.board();
  const columnId = await server.column(board, "review");
  for (const title of ["One", "Two", "Three"]) await server.card(board, { title, columnId });
  const last = await server.card(board, { title: "Last", columnId });
  const view = await opened(page, server, board);
  await view.link("Two").focus();
  const watch = await Watch.over(page, [view.card("Two")]);
  await server.api("POST", `/boards/${board.boardId}/cards/${last.id}/move`, { columnId, index: 0 });
  await expect.poll(() => view.titles("Review")).toEqual(["Last", "One", "Two", "Three"]);
  expect(await watch.takenOff()).toEqual([]);
  await expect(view.link("Two")).toBeFocused();
});

test("the focus goes with its card, and who has scrolled away from it stays where they read", async ({ page, server }) => {
  const board = await server.board();
  const [review, done] = [await server.column(board, "review"), await server.column(board, "done")];
  const first = await server.card(board, { title: "First", columnId: review });
  for (let number = 1; number <= 30; number += 1) await server.card(board, { title: `Card ${number}.`, columnId: review });
  for (let number = 31; number <= 60; number += 1) await server.card(board, { title: `Card ${number}.`, columnId: done });
  await page.setViewportSize({ width: 700, height: 700 });
  const view = await opened(page, server, board);
  await view.link("First").focus();
  const cards = view.column("Review").locator(".column__cards");
  await cards.evaluate((it) => it.scrollTo(0, it.scrollHeight));
  const places = () => page.evaluate(() => [...document.querySelectorAll(".board, .column__cards")].map((it) => [it.scrollLeft, it.scrollTop]));
  await expect(view.card("Card 30.")).toBeInViewport();
  const before = await places();
  await server.api("POST", `/boards/${board.boardId}/cards/${first.id}/move`, { columnId: done, index: 0 });
  await expect(view.column("Done").getByRole("link", { name: "First" })).toBeFocused();
  await expect(view.card("Card 30.")).toBeInViewport();
  const [ofBoard, ...ofColumns] = await places();
  expect(ofBoard).toEqual(before[0]);
  expect(ofColumns.at(-1)).toEqual(before.at(-1));
});

test("who reads in the middle of a column stays there, while others move its cards to its top and away", async ({ page, server }) => {
  const { board, view, columns, middle } = await inTheMiddle(page, server);
  const watch = await Watch.over(page, [middle]);
  const storm = new Storm(server, board, columns);
  await storm.blow(90);
  await storm.end();
  await server.card(board, { title: "After the storm", columnId: columns[1] });
  await expect(view.card("After the storm")).toBeVisible();
  expect(await watch.disturbed()).toEqual([]);
});
