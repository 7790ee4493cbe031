// A card is moved by the mouse and by the keyboard; each step is said, and each refusal.
import type { Page } from "@playwright/test";
import { BoardPage } from "../board.ts";
import { type Board, expect, signIn, test } from "../fixtures.ts";
import type { Server } from "../server.ts";

/** The moves that a page asks the server for, as it asks for them. */
function moves(page: Page): { columnId: string; beforeCardId: string | null }[] {
  const sent: { columnId: string; beforeCardId: string | null }[] = [];
  page.on("request", (request) => {
    if (request.url().endsWith("/move")) sent.push(request.postDataJSON());
  });
  return sent;
}

/** A board with these cards in its columns. */
async function boardWith(server: Server, cards: Record<string, string[]>): Promise<Board> {
  const board = await server.board();
  for (const [key, titles] of Object.entries(cards)) {
    const columnId = await server.column(board, key);
    for (const title of titles) await server.card(board, { title, columnId });
  }
  return board;
}

async function opened(page: Page, server: Server, board: Board): Promise<BoardPage> {
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board);
  await view.movable();
  return view;
}

test("a drag within a column leaves a gap of the card's height, and moves once by its neighbour", async ({ page, server }) => {
  const board = await boardWith(server, { backlog: ["One", "Two", "Three", "Four"] });
  const view = await opened(page, server, board);
  const sent = moves(page);
  const height = (await view.card("One").boundingBox())!.height;
  const third = (await view.card("Three").boundingBox())!;
  await view.lift("One");
  expect(await view.places("Backlog")).toEqual(["_", "Two", "Three", "Four"]);
  expect((await view.slot.boundingBox())!.height).toBeCloseTo(height, 0);
  // Nothing else was shifted.
  expect((await view.card("Three").boundingBox())!.y).toBeCloseTo(third.y, 0);
  await page.mouse.move(third.x + 40, third.y + third.height - 6, { steps: 6 });
  await expect.poll(() => view.places("Backlog")).toEqual(["Two", "Three", "_", "Four"]);
  await expect(view.said).toHaveText("Position 3 of 4 in Backlog.");
  await page.mouse.up();
  await expect(view.said).toHaveText("Dropped in Backlog, position 3 of 4.");
  await expect.poll(() => view.titles("Backlog")).toEqual(["Two", "Three", "One", "Four"]);
  const state = await server.state(board);
  const four = Object.values(state.cards).find((card) => card.title === "Four")!;
  expect(sent).toEqual([{ columnId: await server.column(board, "backlog"), beforeCardId: four.id }]);
  await expect(page).not.toHaveURL(/cards/);
});

test("it is dropped at the end far below the last card, into an empty column, and into its own place without a request", async ({ page, server }) => {
  const board = await boardWith(server, { backlog: ["One", "Two"], review: ["Three"] });
  const view = await opened(page, server, board);
  const sent = moves(page);
  const drop = async (title: string, column: string) => {
    const box = (await view.column(column).boundingBox())!;
    await view.lift(title);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height - 120, { steps: 6 });
    await expect.poll(async () => (await view.places(column)).at(-1)).toBe("_");
    await page.mouse.up();
  };
  await drop("One", "Review");
  await expect.poll(() => view.titles("Review")).toEqual(["Three", "One"]);
  await drop("One", "Done");
  await expect.poll(() => view.titles("Done")).toEqual(["One"]);
  await drop("Two", "Backlog");
  await expect(view.said).toHaveText("Put back in Backlog.");
  expect(sent.map((move) => move.beforeCardId)).toEqual([null, null]);
});

test("a press that trembles opens the card, a drag never does, and other buttons lift nothing", async ({ page, server }) => {
  const board = await boardWith(server, { backlog: ["One"] });
  const view = await opened(page, server, board);
  const box = (await view.card("One").boundingBox())!;
  const from = { x: box.x + 60, y: box.y + 16 };
  for (const button of ["right", "middle"] as const) {
    await page.mouse.move(from.x, from.y);
    await page.mouse.down({ button });
    await page.mouse.move(from.x + 40, from.y + 40, { steps: 4 });
    await expect(view.slot).toHaveCount(0);
    // Let go off the card: a middle click would open it in a tab.
    await page.mouse.move(box.x + 60, box.y + box.height + 200);
    await page.mouse.up({ button });
  }
  await page.keyboard.press("Escape");
  // Carried about and put back where it was, it is no click.
  await view.lift("One");
  await page.mouse.move(from.x + 200, from.y + 60, { steps: 4 });
  await page.mouse.move(from.x, from.y, { steps: 4 });
  await page.mouse.up();
  await expect(view.said).toHaveText("Put back in Backlog.");
  await expect(view.slot).toHaveCount(0);
  expect(await page.evaluate(() => getSelection()!.toString())).toBe("");
  await expect(page).not.toHaveURL(/cards/);
  // Four pixels are none.
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(from.x + 4, from.y, { steps: 4 });
  await expect(view.slot).toHaveCount(0);
  await page.mouse.up();
  await expect(page).toHaveURL(/cards/);
});

test("a card that is carried to an edge scrolls the column, though the pointer rests", async ({ page, server }) => {
  const board = await boardWith(server, { backlog: Array.from({ length: 30 }, (_, index) => `Card ${index}.`), review: ["One"] });
  const view = await opened(page, server, board);
  const list = view.column("Backlog").locator(".column__cards");
  const box = (await list.boundingBox())!;
  const top = () => list.evaluate((it) => it.scrollTop);
  await view.lift("One");
  await page.mouse.move(box.x + 60, box.y + box.height - 4, { steps: 6 });
  await expect.poll(() => list.evaluate((it) => it.scrollTop + it.clientHeight >= it.scrollHeight - 1)).toBe(true);
  await page.mouse.move(box.x + 60, box.y + 4, { steps: 6 });
  await expect.poll(top).toBe(0);
  await expect.poll(async () => (await view.places("Backlog"))[0]).toBe("_");
  await page.mouse.up();
  await expect.poll(async () => (await view.titles("Backlog"))[0]).toBe("One");
});

test("a narrow window scrolls the board sideways under a card at its edge", async ({ page, server }) => {
  await page.setViewportSize({ width: 900, height: 700 });
  const board = await boardWith(server, { backlog: ["One"] });
  const view = await opened(page, server, board);
  const area = (await page.locator(".board").boundingBox())!;
  await view.lift("One");
  await page.mouse.move(area.x + area.width - 5, area.y + 120, { steps: 8 });
  await expect.poll(() => view.places("Done")).toEqual(["_"]);
  await page.mouse.up();
  await expect.poll(() => view.titles("Done")).toEqual(["One"]);
});

test("while others work on the board, the card stays in the hand and its place between its neighbours", async ({ page, server }) => {
  const board = await boardWith(server, { backlog: ["One", "Two"], review: ["Three", "Four"] });
  const view = await opened(page, server, board);
  const sent = moves(page);
  const review = await server.column(board, "review");
  const four = (await view.card("Four").boundingBox())!;
  await view.lift("One");
  await page.mouse.move(four.x + 60, four.y + 4, { steps: 6 });
  await expect.poll(() => view.places("Review")).toEqual(["Three", "_", "Four"]);
  const storm = Array.from({ length: 12 }, async (_, index) => {
    const card = await server.card(board, { title: `New ${index}.`, columnId: review });
    await server.api("POST", `/boards/${board.boardId}/cards/${card.id}/move`, { columnId: review, index: 0 });
    if (index % 3 === 0) await server.api("DELETE", `/boards/${board.boardId}/cards/${card.id}`);
  });
  await Promise.all(storm);
  await expect.poll(async () => (await view.places("Review")).length).toBe(11);
  expect((await view.places("Review")).slice(-3)).toEqual(["Three", "_", "Four"]);
  // The card follows the pointer as before.
  const before = (await page.locator(".drag").boundingBox())!;
  await page.mouse.move(four.x + 80, four.y + 34, { steps: 2 });
  await expect.poll(async () => Math.round((await page.locator(".drag").boundingBox())!.x - before.x)).toBe(20);
  const places = await view.places("Review");
  await page.mouse.up();
  await expect.poll(() => view.titles("Review")).toEqual(places.map((title) => (title === "_" ? "One" : title)));
  await expect.poll(async () => {
    const state = await server.state(board);
    return state.columns[review]!.cardIds.map((id) => state.cards[id]!.title);
  }).toEqual(await view.titles("Review"));
  expect(sent).toHaveLength(1);
});

test("a card that somebody deletes while it is carried leaves the hand, and that is said", async ({ page, server }) => {
  const board = await boardWith(server, { backlog: ["One", "Two"] });
  const view = await opened(page, server, board);
  const sent = moves(page);
  await view.lift("One");
  const state = await server.state(board);
  const one = Object.values(state.cards).find((card) => card.title === "One")!;
  await server.api("DELETE", `/boards/${board.boardId}/cards/${one.id}`);
  await expect(page.locator(".toast")).toContainText(`${one.key} is no longer on the board: somebody deleted it.`);
  await expect(view.slot).toHaveCount(0);
  await page.mouse.up();
  expect(sent).toEqual([]);
});

test("a card goes all the way by keyboard alone, and each step is said", async ({ page, server }) => {
  const board = await boardWith(server, { backlog: ["One", "Two", "Three"], review: ["Four"] });
  const view = await opened(page, server, board);
  const sent = moves(page);
  const steps = async (keys: [string, string][]) => {
    for (const [key, words] of keys) {
      await page.keyboard.press(key);
      await expect(view.said).toHaveText(words);
    }
  };
  await view.link("Two").focus();
  await steps([
    ["Space", "Lifted LOD-2, Two. Position 2 of 3 in Backlog."],
    ["ArrowUp", "Position 1 of 3 in Backlog."],
    ["ArrowUp", "Already at the top of Backlog."],
    ["ArrowDown", "Position 2 of 3 in Backlog."],
    ["ArrowRight", "Position 1 of 1 in In Progress."],
    ["ArrowRight", "Position 2 of 2 in Review."],
    ["ArrowUp", "Position 1 of 2 in Review."],
  ]);
  expect(await view.places("Review")).toEqual(["_", "Four"]);
  await expect(view.slot).toContainText("Two");
  expect(sent).toEqual([]);
  await steps([["Space", "Dropped in Review, position 1 of 2."]]);
  await expect.poll(() => view.titles("Review")).toEqual(["Two", "Four"]);
  await expect(view.link("Two")).toBeFocused();
  await expect.poll(async () => (await server.state(board)).columns[await server.column(board, "review")]!.cardIds.length).toBe(2);
  await expect(view.link("Two")).toBeFocused();
  expect(sent).toHaveLength(1);
});

test("Escape, Tab and a press elsewhere give a carried card back", async ({ page, server }) => {
  const board = await boardWith(server, { backlog: ["One", "Two"] });
  const view = await opened(page, server, board);
  const sent = moves(page);
  const carry = async () => {
    await view.link("One").focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowRight");
    await expect(view.said).toHaveText("Position 1 of 1 in In Progress.");
  };
  await carry();
  await page.keyboard.press("Escape");
  await expect(view.said).toHaveText("Put back in Backlog.");
  await expect(view.link("One")).toBeFocused();
  await carry();
  await page.keyboard.press("Tab");
  await expect(view.said).toHaveText("Put back in Backlog.");
  await expect(view.link("One")).not.toBeFocused();
  await carry();
  await page.locator("h1").click();
  await expect(view.said).toHaveText("Put back in Backlog.");
  await expect(view.slot).toHaveCount(0);
  expect(sent).toEqual([]);
});

test("Alt and arrows move a card at once, and the focus stays on it", async ({ page, server }) => {
  const board = await boardWith(server, { backlog: ["One", "Two", "Three"] });
  const view = await opened(page, server, board);
  await view.link("One").focus();
  for (const [key, words] of [
    ["Alt+ArrowDown", "Dropped in Backlog, position 2 of 3."],
    ["Alt+ArrowRight", "Dropped in In Progress, position 1 of 1."],
    ["Alt+ArrowRight", "Dropped in Review, position 1 of 1."],
    ["Alt+ArrowLeft", "Dropped in In Progress, position 1 of 1."],
    ["Alt+ArrowUp", "Already at the top of In Progress."],
  ] as const) {
    await page.keyboard.press(key);
    await expect(view.said).toHaveText(words);
    await expect(view.link("One")).toBeFocused();
  }
  const doing = await server.column(board, "inProgress");
  await expect.poll(async () => (await server.state(board)).columns[doing]!.cardIds.length).toBe(1);
  await expect(view.link("One")).toBeFocused();
});

test("a blocked card goes back, however it was moved, and why is said once", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of 409/);
  const board = await server.board();
  const first = await server.card(board, { title: "Foundation" });
  await server.card(board, { title: "Roof", dependsOn: [first.id] });
  const view = await opened(page, server, board);
  const before = await server.state(board);
  const ways = {
    mouse: () => view.drag("Roof", view.column("In Progress").locator(".column__cards")),
    keyboard: async () => {
      await view.link("Roof").focus();
      for (const key of ["Space", "ArrowRight"]) await page.keyboard.press(key);
      await expect(view.said).toHaveText("Position 1 of 1 in In Progress.");
      await page.keyboard.press("Space");
    },
    "keyboard at once": async () => {
      await view.link("Roof").focus();
      await page.keyboard.press("Alt+ArrowRight");
    },
    menu: () => view.moveTo("Roof", "In Progress"),
  };
  for (const [way, move] of Object.entries(ways)) {
    await move();
    await expect(view.said, way).toHaveText(/^Not moved: .*it is blocked by LOD-1\b/);
    await expect(page.locator(".toast.is-fail"), way).toContainText("it is blocked by LOD-1");
    await expect(page.locator(".toast.is-fail"), way).toHaveAttribute("aria-live", "off");
    await expect.poll(() => view.titles("Backlog"), way).toEqual(["Foundation", "Roof"]);
    expect(await view.titles("In Progress"), way).toEqual([]);
    await expect(page.locator(".slot, .drag, .is-away"), way).toHaveCount(0);
    await expect(view.link("Roof"), way).toBeFocused();
    await page.locator(".toast.is-fail").getByRole("button", { name: "Dismiss" }).click();
  }
  expect(await server.state(board)).toEqual(before);
});

test("the menu moves by the same steps and says the same", async ({ page, server }) => {
  const board = await boardWith(server, { backlog: ["One", "Two"], review: ["Three"] });
  const view = await opened(page, server, board);
  await view.moveTo("One", "Review");
  await expect(view.said).toHaveText("Dropped in Review, position 2 of 2.");
  await expect(view.link("One")).toBeFocused();
  await view.moveTo("One", "Up one");
  await expect(view.said).toHaveText("Dropped in Review, position 1 of 2.");
  await expect.poll(() => view.titles("Review")).toEqual(["One", "Three"]);
});
