// Attempts as a person meets them in the inspector, and as scripts start them.
import { expect, type Locator, type Page } from "@playwright/test";
import { BoardPage } from "./board.ts";
import { signIn } from "./fixtures.ts";
import type { Board, Card, Server } from "./server.ts";

export type Attempt = { attemptId: string; status: string; number: number; worktree?: string; waiting?: { prompt: string }[] };

/** A card whose demo agent plays this scenario. */
export function scenario(server: Server, board: Board, name: string, title = `Play ${name}`): Promise<Card> {
  return server.card(board, { title, description: `scenario: ${name}` });
}

/** Starts an attempt by the API. */
export function start(server: Server, board: Board, card: Card, agent = "demo"): Promise<Attempt> {
  return server.api<Attempt>("POST", `/boards/${board.boardId}/cards/${card.id}/attempts`, { agent });
}

/** Waits until an attempt stands so. */
export async function stands(server: Server, attempt: Attempt, status: string): Promise<void> {
  const now = async () => (await server.api<Attempt>("GET", `/attempts/${attempt.attemptId}`)).status;
  await expect.poll(now, { timeout: 40_000 }).toBe(status);
}

/** The newest attempt of a card. */
export async function newest(server: Server, board: Board, card: Card): Promise<Attempt> {
  const all = await server.api<Attempt[]>("GET", `/boards/${board.boardId}/cards/${card.id}/attempts`);
  return all.at(-1)!;
}

/** An agent that says so many short things, so many milliseconds apart: no demonstration. */
export async function talker(server: Server, count: number, pause = 0): Promise<void> {
  const command = [process.execPath, `${import.meta.dirname}/agents/talker.mjs`, String(count), String(pause)];
  await server.api("POST", "/agents", { agent: "talker", label: "Talker", protocol: "acp", command });
}

/** A card whose demo agent plays this scenario, open in the inspector of a board that is live. */
export async function opened(page: Page, server: Server, name: string) {
  const board = await server.board();
  const card = await scenario(server, board, name, "Alpha");
  return { board, card, ...(await open(page, server, board, card)) };
}

/** The same, with the agent at work since before the page was opened. */
export async function atWork(page: Page, server: Server, name: string) {
  const board = await server.board();
  const card = await scenario(server, board, name, "Alpha");
  const attempt = await start(server, board, card);
  return { board, card, attempt, ...(await open(page, server, board, card)) };
}

/** Opens a card in the inspector of a board that is live. */
export async function open(page: Page, server: Server, board: Board, card: Card) {
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, `/cards/${card.id}`);
  return { view, inspector: new Inspector(page) };
}

export class Inspector {
  readonly root: Locator;

  constructor(page: Page) {
    this.root = page.getByRole("complementary");
  }

  /** How the attempt that is shown stands. */
  get standing(): Locator {
    return this.root.locator(".standing__words");
  }

  /** How large its change is. */
  get size(): Locator {
    return this.root.locator(".standing .diff");
  }

  get question(): Locator {
    return this.root.getByRole("region", { name: "The agent asks" });
  }

  get conversation(): Locator {
    return this.root.getByRole("region", { name: /^Conversation/ });
  }

  get rows(): Locator {
    return this.conversation.locator(".row");
  }

  get message(): Locator {
    return this.root.getByRole("textbox", { name: /^Write to/ });
  }

  get queued(): Locator {
    return this.root.locator(".composer__queued");
  }

  /** The tabs of the card's attempts. */
  get attempts(): Locator {
    return this.root.getByRole("navigation", { name: "Attempts" }).getByRole("link");
  }

  /** How far below the top of what can be seen of the conversation a row with this text is. */
  offset(text: string): Promise<number | undefined> {
    return this.conversation.evaluate((it, text) => {
      const row = [...it.querySelectorAll(".row")].find((row) => row.textContent?.includes(text));
      return row && row.getBoundingClientRect().top - it.getBoundingClientRect().top;
    }, text);
  }

  /** What a press of the mouse at the middle of a box would hit: its words, if it does anything. */
  pressed(box: { x: number; y: number; width: number; height: number }): Promise<string | undefined> {
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    return this.root.evaluate((_, { x, y }) => document.elementFromPoint(x, y)?.closest("a, button")?.textContent ?? undefined, at);
  }

  /** Whether the focus is in the inspector, and not on nothing. */
  hasFocus(): Promise<boolean> {
    return this.root.evaluate((it) => it.contains(document.activeElement));
  }

  button(name: string): Locator {
    return this.root.getByRole("button", { name, exact: true });
  }

  tab(name: string): Locator {
    return this.root.getByRole("tab", { name, exact: true });
  }

  /** How far the conversation is from its end, in pixels. */
  fromEnd(): Promise<number> {
    return this.conversation.evaluate((it) => it.scrollHeight - it.clientHeight - it.scrollTop);
  }
}
