// The width of the inspector is up to whoever looks at it.
import type { Page } from "@playwright/test";
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";
import type { Server } from "../server.ts";

/** The least that the inspector has, and that it leaves to the board, in pixels. */
const least = 352;
const forTheBoard = 320;

/** Opens a card beside its board. */
async function open(page: Page, server: Server): Promise<string> {
  const board = await server.board();
  const card = await server.card(board, { title: "Alpha", description: "Use `slate`." });
  await signIn(page, server);
  const address = `/cards/${card.id}`;
  await new BoardPage(page).open(server.url, board, address);
  return `${server.url}/boards/${board.boardId}${address}`;
}

const grip = (page: Page) => page.getByRole("separator", { name: /Width of the card/ });
const width = async (page: Page) => Math.round((await page.locator("#inspector").boundingBox())!.width);
const boardWidth = async (page: Page) => Math.round((await page.locator("#main").boundingBox())!.width);

/** Drags the edge so many pixels to the left. */
async function drag(page: Page, by: number): Promise<void> {
  const box = (await grip(page).boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + 300];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - by, y, { steps: 6 });
  await page.mouse.up();
}

test("the inspector's edge is dragged as far as both sides stay usable, and the board is not rendered anew for it", async ({ page, server }) => {
  await open(page, server);
  await expect(grip(page)).toHaveAttribute("aria-valuenow", "576");
  await expect(grip(page)).toHaveAttribute("aria-orientation", "vertical");
  await page.evaluate(() => {
    const changes: string[] = [];
    Object.assign(window, { changes });
    new MutationObserver((all) => changes.push(...all.map((it) => it.type)))
      .observe(document.querySelector("#main")!, { subtree: true, childList: true, attributes: true, characterData: true });
  });
  await drag(page, 100);
  expect(await width(page)).toBe(676);
  await expect(grip(page)).toHaveAttribute("aria-valuenow", "676");
  await drag(page, -2_000);
  expect(await width(page)).toBe(least);
  await drag(page, 1_300);
  expect(await boardWidth(page)).toBe(forTheBoard);
  await expect(grip(page)).toHaveAttribute("aria-valuenow", (await grip(page).getAttribute("aria-valuemax"))!);
  expect(await page.evaluate(() => (window as unknown as { changes: string[] }).changes)).toEqual([]);

  await grip(page).dblclick({ position: { x: 4, y: 300 } });
  expect(await width(page)).toBe(576);
});

test("keys move the inspector's edge, and Escape still closes the card", async ({ page, server }) => {
  await open(page, server);
  await grip(page).focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => width(page)).toBe(608);
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => width(page)).toBe(592);
  await page.keyboard.press("Home");
  await expect.poll(() => width(page)).toBe(least);
  await page.keyboard.press("End");
  await expect.poll(() => boardWidth(page)).toBe(forTheBoard);
  await expect(grip(page)).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.locator("#inspector")).toBeHidden();
});

test("a page comes as wide as its inspector was left, before any script, and nothing moves", async ({ page, server }) => {
  const address = await open(page, server);
  await drag(page, -100);
  expect(await width(page)).toBe(476);

  // Without its script the page stays what the server has rendered.
  const rendered = await page.context().newPage();
  await rendered.route("**/client/*.js", (route) => route.abort());
  await rendered.goto(address);
  expect(await width(rendered)).toBe(476);
  await rendered.close();

  await page.addInitScript(() => {
    const widths = new Set<number>();
    Object.assign(window, { widths });
    const look = () => {
      const inspector = document.getElementById("inspector");
      if (inspector) widths.add(Math.round(inspector.getBoundingClientRect().width));
      requestAnimationFrame(look);
    };
    look();
  });
  await page.goto(address);
  await new BoardPage(page).live();
  await expect(grip(page)).toHaveAttribute("aria-valuenow", "476");
  expect(await page.evaluate(() => [...(window as unknown as { widths: Set<number> }).widths])).toEqual([476]);

  // The usual width comes back, on this page and on the next.
  await grip(page).dblclick({ position: { x: 4, y: 300 } });
  expect(await width(page)).toBe(576);
  await page.reload();
  await new BoardPage(page).live();
  expect(await width(page)).toBe(576);
});

test("in a narrower window the board keeps its room, and the choice comes back with a wider one", async ({ page, server }) => {
  await open(page, server);
  await drag(page, 260);
  expect(await width(page)).toBe(836);
  await page.setViewportSize({ width: 1160, height: 800 });
  await expect.poll(() => boardWidth(page)).toBe(forTheBoard);
  await expect(grip(page)).toHaveAttribute("aria-valuenow", String(await width(page)));
  await expect(grip(page)).toHaveAttribute("aria-valuemax", String(await width(page)));

  // A sheet over the board has no such edge.
  for (const size of [1_000, 375]) {
    await page.setViewportSize({ width: size, height: 800 });
    await expect(grip(page)).toBeHidden();
    expect(await width(page)).toBe(Math.min(576, size));
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await expect.poll(() => width(page)).toBe(836);
});
