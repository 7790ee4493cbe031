// What a long conversation costs in the browser: to open, and to scroll through.
import { inBrowser } from "./browser.mjs";
import { at } from "./server.mjs";

const end2end = new URL("../end2end/", import.meta.url);
const items = 10_000, opens = 7;
const talker = new URL("tests/agents/talker.mjs", end2end).pathname;

async function conversation(server, board, count) {
  const agent = `talker-${count}`;
  const command = [process.execPath, talker, String(count)];
  await server.api("POST", "/agents", { agent, label: agent, protocol: "acp", command });
  const card = await server.api("POST", `/boards/${board.boardId}/cards`, { title: `Talk ${count}` });
  const attempt = await server.start(board, card, agent);
  await server.over([attempt]);
  return card;
}

/** From the click on the card to the frame that shows the newest row, in milliseconds. */
async function open(page, title, newest) {
  return page.evaluate(async ({ title, newest }) => {
    const link = [...document.querySelectorAll(".card a")].find((link) => link.textContent.includes(title));
    const began = performance.now();
    link.click();
    const shows = () => [...document.querySelectorAll(".row")].at(-1)?.textContent.includes(newest);
    while (!shows()) await new Promise(requestAnimationFrame);
    const shown = performance.now() - began;
    return shown;
  }, { title, newest });
}

/** The time between frames while the conversation is scrolled up by a step in each, or while nothing is. */
async function frames(page, step) {
  return page.evaluate(async (step) => {
    const conversation = document.querySelector(".timeline__rows")?.closest("[role=region], .timeline") ?? document.querySelector(".timeline");
    const scroller = [conversation, ...conversation.querySelectorAll("*")].find((it) => it.scrollHeight > it.clientHeight + 50 && getComputedStyle(it).overflowY !== "visible");
    const times = [];
    let before = await new Promise(requestAnimationFrame);
    for (let frame = 0; frame < 120; frame += 1) {
      scroller.scrollTop -= step;
      const now = await new Promise(requestAnimationFrame);
      times.push(now - before);
      before = now;
    }
    return times;
  }, step);
}

/** The rows of the table. */
export async function timeline(binary) {
  return inBrowser(binary, async (server, page) => {
    const board = await server.board();
    await conversation(server, board, items);
    await conversation(server, board, 10);
    const home = `${server.url}/boards/${board.boardId}`;
    const measure = async (count) => {
      const times = [];
      for (let run = 0; run < opens; run += 1) {
        await page.goto(home);
        await page.waitForFunction(() => document.body.dataset.live !== undefined || document.querySelector(".fresh"));
        // The inspector's part of the client is there before somebody clicks.
        await page.waitForTimeout(1500);
        times.push(await open(page, `Talk ${count}`, `Look at thing ${count}`));
      }
      return at(0.5, times);
    };
    const [few, many] = [await measure(10), await measure(items)];
    await page.goto(home);
    await page.waitForTimeout(1500);
    await open(page, `Talk ${items}`, `Look at thing ${items}`);
    const still = await frames(page, 0);
    const scrolled = await frames(page, 20);
    return [
      [`a conversation of ${items.toLocaleString("en")} items, from the click on its card to its newest row on screen, median of ${opens}`, `${many.toFixed(0)} ms, ${(many / few).toFixed(1)} × the floor of ${few.toFixed(0)} ms (the same with 10 items)`, "< 200 ms"],
      ["scrolling through it, time between frames, median · slowest of a hundred", `${at(0.5, scrolled).toFixed(0)} · ${at(0.99, scrolled).toFixed(0)} ms; nothing moving: ${at(0.5, still).toFixed(0)} · ${at(0.99, still).toFixed(0)} ms`, ""],
    ];
  });
}
