// What a large board costs in the browser: to paint, to carry a card over it, and to show what somebody else did.
import { performance } from "node:perf_hooks";
import { inBrowser } from "./browser.mjs";
import { at } from "./server.mjs";

const large = 5_000, small = 50, opens = 9, renames = 60, steps = 240;
const words = ["Read", "the", "long", "answer", "of", "a", "server", "that", "was", "stopped", "twice"];

/** A board of so many cards: 70 % of them in its first column, the others in the three after it. */
async function filled(server, count) {
  const board = await server.board(`Of ${count}`);
  const { columnOrder } = await server.api("GET", `/boards/${board.boardId}`);
  const card = (number) => ({
    title: `${number}: ${words.slice(number % 3, 4 + (number % 7)).join(" ")}`,
    columnId: columnOrder[Math.max(0, (number % 10) - 6)],
    labels: [`area-${number % 7}`],
    priority: ["urgent", "low", "medium", "high"][number % 4],
    description: "Some *words* about it.",
  });
  for (let number = 0; number < count; number += 20) {
    const some = Array.from({ length: Math.min(20, count - number) }, (_, more) => card(number + more));
    await Promise.all(some.map((fields) => server.api("POST", `/boards/${board.boardId}/cards`, fields)));
  }
  return { ...board, address: `${server.url}/boards/${board.boardId}` };
}

/** From the begin of a navigation to the first paint of the board, and until it follows the stream, in milliseconds. */
async function paint(page, board) {
  await page.goto(board.address);
  await page.locator(".fresh", { hasText: "Live" }).waitFor();
  return page.evaluate(() => ({
    painted: performance.getEntriesByName("first-contentful-paint")[0].startTime,
    live: performance.now(),
  }));
}

/** Carries a card from column to column, or moves the pointer alone, and tells the times between the frames. */
async function frames(page, isCarried) {
  const card = await page.locator(".column .card").nth(2).boundingBox();
  const to = await page.locator(".column").nth(3).boundingBox();
  await page.mouse.move(card.x + 40, card.y + 20);
  if (isCarried) {
    await page.mouse.down();
    await page.mouse.move(card.x + 60, card.y + 40, { steps: 4 });
  }
  await page.evaluate(() => {
    window.frameTimes = [];
    let before = performance.now();
    const tick = (now) => { window.frameTimes.push(now - before); before = now; if (window.frameTimes) window.ticking = requestAnimationFrame(tick); };
    window.ticking = requestAnimationFrame(tick);
  });
  for (let step = 0; step < steps; step += 1) {
    const share = (1 - Math.cos((step / steps) * 4 * Math.PI)) / 2;
    await page.mouse.move(card.x + 60 + share * (to.x - card.x), card.y + 40 + ((step * 7) % 500));
  }
  const times = await page.evaluate(() => { cancelAnimationFrame(window.ticking); return window.frameTimes.slice(2); });
  if (isCarried) {
    if (await page.locator(".slot.is-open").count() !== 1) throw new Error("no card was carried");
    await page.keyboard.press("Escape");
    await page.mouse.up();
  }
  return times;
}

/** The address of a page without any framework that shows the newest title of the stream: what a browser can do at best. */
async function plainPage(page, server, board) {
  const address = `${server.url}/plain`;
  await page.route(address, (route) => route.fulfill({ contentType: "text/html", body: `<p>-</p><script>
    new EventSource("/api/v1/sse?boardId=${board.boardId}&patch=1").addEventListener("board_patch", (event) => {
      document.querySelector("p").textContent = event.data;
    });
  </script>` }));
  await page.goto(address);
}

const latest = (server, board, card) => server.api("GET", `/boards/${board.boardId}/cards/${card.id}`);

/** From sending a new title to the frame that shows it, in milliseconds. */
async function changes(page, server, board, card) {
  const times = [];
  let { revision } = card;
  for (let number = 0; number < renames; number += 1) {
    const title = `renamed ${number} ${card.id}`;
    await page.evaluate((title) => {
      window.shown = new Promise((resolve) => {
        const look = () => {
          if (!document.body.textContent.includes(title)) return;
          observer.disconnect();
          // What was changed before a frame is on the screen when the task after that frame runs.
          requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
            port2.postMessage(0);
          });
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
      });
    }, title);
    const sent = performance.timeOrigin + performance.now();
    const path = `/boards/${board.boardId}/cards/${card.id}`;
    const answered = server.api("PATCH", path, { title }, { "if-match": `"${revision}"` });
    const shown = await page.evaluate(() => window.shown);
    times.push(shown - sent);
    ({ revision } = await answered);
  }
  return times;
}

const both = (times) => `${at(0.5, times).toFixed(0)} · ${at(0.95, times).toFixed(0)} ms`;

/** The rows of the table. */
export async function board(binary) {
  return inBrowser(binary, async (server, page) => {
    const [many, few] = [await filled(server, large), await filled(server, small)];
    const opened = { many: [], few: [] };
    for (let run = 0; run < opens; run += 1) {
      opened.many.push(await paint(page, many));
      opened.few.push(await paint(page, few));
    }
    const median = (name, runs) => at(0.5, runs.map((run) => run[name]));
    const [painted, live] = ["painted", "live"].map((name) => ({ many: median(name, opened.many), few: median(name, opened.few) }));
    await page.goto(many.address);
    // Nothing can be carried before what carries has come.
    await page.locator(".card[aria-setsize], [data-card][aria-setsize]").first().waitFor();
    const [hovered, carried] = [await frames(page, false), await frames(page, true)];
    const state = await server.api("GET", `/boards/${many.boardId}`);
    const card = state.cards[state.columns[state.columnOrder[1]].cardIds[3]];
    const shown = await changes(page, server, many, card);
    // A filter that every card fits is the dearest: each is asked, and none is left out.
    await page.goto(`${many.address}?q=-label%3Anone`);
    await page.locator(".shown", { hasText: `of ${large}` }).waitFor();
    await page.locator(".card[aria-setsize], [data-card][aria-setsize]").first().waitFor();
    const filtered = { carried: await frames(page, true), shown: await changes(page, server, many, await latest(server, many, card)) };
    await plainPage(page, server, many);
    const plain = await changes(page, server, many, await latest(server, many, card));
    const smooth = (times) => `${((100 * times.filter((time) => time < 20).length) / times.length).toFixed(0)} %`;
    const number = large.toLocaleString("en");
    return [
      [`a board of ${number} cards, from its address to its first paint, median of ${opens}`, `${painted.many.toFixed(0)} ms, ${(painted.many / painted.few).toFixed(1)} × the floor of ${painted.few.toFixed(0)} ms (the same with ${small} cards)`, "< 500 ms"],
      ["… until it is hydrated and follows its stream", `${live.many.toFixed(0)} ms, ${(live.many / live.few).toFixed(1)} × the floor of ${live.few.toFixed(0)} ms`, ""],
      ["a card carried over it, time between frames, median · slowest of twenty", `${both(carried)}; the pointer alone: ${both(hovered)}`, "17 ms"],
      ["… frames that came in time, at 60 a second", `${smooth(carried)}; the pointer alone: ${smooth(hovered)}`, ""],
      ["from sending a change, of somebody else's, to the frame that shows it, median · slowest of twenty", `${both(shown)}, ${(at(0.5, shown) / at(0.5, plain)).toFixed(1)} × the floor of ${both(plain)} (a page of one line of script)`, "< 50 ms"],
      ["… both under a filter that every card fits: frames that came in time · from sending a change to its frame", `${smooth(filtered.carried)} · ${both(filtered.shown)}`, ""],
    ];
  });
}

if (process.argv[1] === new URL(import.meta.url).pathname) console.table(await board(process.argv[2]));
