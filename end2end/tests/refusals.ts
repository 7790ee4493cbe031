// A server that says no, and what is then on the screen and in the database.
import { expect, type Locator, type Page } from "@playwright/test";
import type { BoardPage } from "./board.ts";
import type { Board, Server } from "./server.ts";

/** What the server says when it refuses, in these tests. */
export const reason = "The harbour master is asleep.";

/**
 * Has the server refuse what is asked of it so, before it hears of it, until the returned function is called. What was
 * done shows at once: `meanwhile` looks for it, and only then the answer comes.
 */
export async function refuse(
  page: Page, method: string, address: RegExp, status: number, meanwhile: () => Promise<unknown> = async () => {},
): Promise<() => Promise<void>> {
  const problem = { type: "about:blank", title: "No", status, detail: reason, hints: ["Wake him up."] };
  await page.route(address, async (route) => {
    if (route.request().method() !== method) return route.fallback();
    await meanwhile();
    await route.fulfill({ status, contentType: "application/problem+json", body: JSON.stringify(problem) });
  });
  return () => page.unroute(address);
}

/** What is told of a refusal: an alert that says what came to nothing, why, and what to do. */
export function refusal(page: Page | Locator, what = ""): Locator {
  return page.getByRole("alert").filter({ hasText: `${what}${reason} Wake him up.` });
}

type Column = { title: string; tally: string; cards: string[] };

/** Columns with their tallies, and their cards with key, title, priority and type, as the page shows them. */
async function shown(page: Page): Promise<Column[]> {
  return page.locator(".column[data-column]").evaluateAll((columns) => columns.map((column) => {
    const text = (part: Element | null | undefined) => part?.textContent?.replace(/\s+/g, " ").trim() ?? "";
    return {
      title: text(column.querySelector("h2")),
      tally: text(column.querySelector(".column__limit > span, .column__count")).replace(/ cards?$/, ""),
      cards: [...column.querySelectorAll("[data-card]")].map((card) => [
        text(card.querySelector(".card__title")),
        card.querySelector(".priority")?.getAttribute("aria-label")?.split(" ")[0]!.toLowerCase() ?? "",
        text(card.querySelector(".kind")).toLowerCase(),
      ].join("|")),
    };
  }));
}

type Stored = { key: string; title: string; priority?: string; type?: string };

/** The same, as the database holds it. */
async function stored(server: Server, board: Board): Promise<Column[]> {
  const state = await server.state(board);
  return state.columnOrder.map((id) => {
    const column = state.columns[id]! as (typeof state.columns)[string] & { wipLimit?: number | null };
    const cards = column.cardIds.map((card) => state.cards[card]! as unknown as Stored);
    const count = String(cards.length);
    return {
      title: column.title,
      tally: column.wipLimit ? `${count}/${column.wipLimit}` : count,
      cards: cards.map((card) => [`${card.key} ${card.title}`, card.priority ?? "", card.type ?? ""].join("|")),
    };
  });
}

/** Waits until the page shows what the database holds, no more and no less. */
export async function agrees(view: BoardPage, server: Server, board: Board): Promise<void> {
  await expect.poll(async () => JSON.stringify(await shown(view.page)) === JSON.stringify(await stored(server, board)) || await shown(view.page))
    .toBe(true);
}
