// Compact or comfortable: switched, kept, and right for what is rendered of long columns.
import type { Page } from "@playwright/test";
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";
import { keysAreHere } from "../keys.ts";

const toggle = (page: Page) => page.getByRole("button", { name: /^Density:/ });

/** The distinct heights of the rendered cards, in pixels. */
const heights = (page: Page) => page.locator(".column .card").evaluateAll((cards) =>
  [...new Set(cards.map((card) => card.getBoundingClientRect().height))]);

test("the density is switched, kept, and rendered by the server", async ({ page, server }) => {
  const board = await server.board();
  await server.card(board, { title: "Short" });
  await server.card(board, { title: "A title that goes over two lines of a card, as long ones do when people write them", labels: ["ui", "docs"], priority: "high" });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  const compact = await heights(page);
  expect(compact).toHaveLength(1);
  await expect(toggle(page)).toHaveAccessibleName("Density: compact. Switch to comfortable");
  await toggle(page).click();
  await expect(toggle(page)).toHaveAccessibleName("Density: comfortable. Switch to compact");
  const comfortable = await heights(page);
  expect(comfortable).toHaveLength(1);
  expect(comfortable[0]).toBeGreaterThan(compact[0]!);

  // What the server sends is as it was left, before any script.
  const rendered = await page.context().newPage();
  await rendered.route("**/client/*.js", (route) => route.abort());
  await rendered.goto(page.url());
  expect(await heights(rendered)).toEqual(comfortable);
  await rendered.close();
  await page.reload();
  await view.live();
  await expect(toggle(page)).toHaveAccessibleName("Density: comfortable. Switch to compact");

  await keysAreHere(page);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: /^Find a page/ }).fill("compact");
  await page.keyboard.press("Enter");
  await expect.poll(() => heights(page)).toEqual(compact);
});

test("a long column is right in both densities, wherever it is scrolled to", async ({ page, server }) => {
  const board = await server.board();
  for (let number = 1; number <= 240; number += 1) await server.card(board, { title: `Card ${number}.` });
  const view = new BoardPage(page);
  await signIn(page, server);
  await view.open(server.url, board);
  await expect(view.card("Card 1.")).toHaveAttribute("aria-setsize", "240");
  const list = view.column("Backlog").locator(".column__cards");
  /** The numbers of the cards that can be seen, and the pixels of the list that no card or space between two covers. */
  const seen = () => list.evaluate((it) => {
    const box = it.getBoundingClientRect();
    const cards = [...it.querySelectorAll("[data-card]")].filter((card) => {
      const own = card.getBoundingClientRect();
      return own.bottom > box.top && own.top < box.bottom;
    });
    const gaps = [...it.querySelectorAll(".column__gap")].map((gap) => gap.getBoundingClientRect());
    const bare = gaps.reduce((all, gap) => all + Math.max(0, Math.min(gap.bottom, box.bottom) - Math.max(gap.top, box.top)), 0);
    return { numbers: cards.map((card) => Number(/Card (\d+)\./.exec(card.textContent!)![1])), bare };
  });
  const inARow = async () => {
    await expect.poll(async () => (await seen()).bare).toBe(0);
    const { numbers } = await seen();
    expect(numbers.length).toBeGreaterThan(4);
    expect(numbers).toEqual(numbers.map((_, index) => numbers[0]! + index));
    return numbers;
  };
  for (const top of [0, 9_000]) {
    await list.evaluate((it, top) => { it.scrollTop = top; }, top);
    for (const density of ["comfortable", "compact"]) {
      const before = await inARow();
      await toggle(page).click();
      await expect(toggle(page)).toHaveAccessibleName(new RegExp(`^Density: ${density}`));
      // Whoever reads in the middle stays about there.
      await expect.poll(async () => Math.abs((await inARow())[0]! - before[0]!)).toBeLessThan(6);
      expect(await heights(page)).toHaveLength(1);
      const pitch = (await heights(page))[0]! + 8;
      await expect.poll(async () => Math.abs((await list.evaluate((it) => it.scrollHeight)) - 240 * pitch)).toBeLessThan(80);
    }
  }
  // The end is where it should be in the other density, too.
  await toggle(page).click();
  await list.evaluate((it) => { it.scrollTop = it.scrollHeight; });
  await expect(view.card("Card 240.")).toBeInViewport();
  await inARow();
});
