// What agents at work cost: twenty at full output, and one message in tokens.
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { at, inFolder, Server } from "./server.mjs";

const agents = 20;
/** What the server may take for each agent at full output, in megabytes, beyond what it takes when it is idle. */
const bound = 8;
const teller = new URL("agents/teller.mjs", import.meta.url).pathname;

/** How long it takes to read the board and to rename a card, in turn, in milliseconds each. */
async function ask(server, board, card, number) {
  const began = performance.now();
  if (number % 2) await server.api("GET", `/boards/${board.boardId}`);
  else await server.api("PATCH", `/boards/${board.boardId}/cards/${card.id}`, { title: `Title ${number}` });
  return performance.now() - began;
}

async function twentyAtOnce(server) {
  const board = await server.board("Twenty");
  await server.api("PATCH", "/settings", { concurrency: agents });
  const cards = [];
  for (let number = 0; number <= agents; number += 1) {
    cards.push(await server.api("POST", `/boards/${board.boardId}/cards`, { title: `Card ${number}`, description: "scenario: flood" }));
  }
  const other = cards.pop();
  const idle = [];
  for (let number = 0; number < 100; number += 1) idle.push(await ask(server, board, other, number));
  const idleMemory = server.memory();
  let streamed = 0;
  const close = server.stream(`boardId=${board.boardId}&patch=1`, ({ bytes }) => (streamed += bytes));

  const began = performance.now();
  const attempts = await Promise.all(cards.map((card) => server.start(board, card, "demo")));
  let isOver = false;
  const over = server.over(attempts).then(() => (isOver = true));
  const busy = [], memory = [];
  while (!isOver) {
    busy.push(await ask(server, board, other, busy.length));
    memory.push(server.memory());
    await pause(20);
  }
  await over;
  const seconds = (performance.now() - began) / 1000;
  await close();
  const most = Math.max(...memory);
  const ratio = (share) => `${at(share, busy).toFixed(0)} ms, ${(at(share, busy) / at(share, idle)).toFixed(1)} × the floor of ${at(share, idle).toFixed(1)} ms (the same, with no agent at work)`;
  return [
    [`${agents} agents at full output (2,000 lines of errors, 200 kB in tokens, 2.2 MB of a tool's output each), until all are done`, `${seconds.toFixed(1)} s, ${(streamed / 1e6).toFixed(0)} MB to one reader of the stream`, ""],
    ["meanwhile, reading the board or renaming a card, median", ratio(0.5), ""],
    ["meanwhile, reading the board or renaming a card, slowest of a hundred", ratio(0.99), "< 500 ms"],
    ["meanwhile, resident memory of the server at most", `${most.toFixed(0)} MB: ${idleMemory.toFixed(0)} MB idle + ${((most - idleMemory) / agents).toFixed(1)} MB for each agent`, `≤ ${bound} MB for each agent`],
  ];
}

/** Runs the teller on a card of its own; what the stream brought of its conversation. */
async function tell(server, count, milliseconds) {
  const name = `Tell-${milliseconds}`;
  const board = await server.board(name);
  const agent = name.toLowerCase();
  const command = [process.execPath, teller, String(count), String(milliseconds)];
  await server.api("POST", "/agents", { agent, label: name, protocol: "acp", command });
  const card = await server.api("POST", `/boards/${board.boardId}/cards`, { title: "Tell" });
  const frames = [];
  const close = server.stream(`boardId=${board.boardId}`, (frame) => frame.event === "conversation_item" && frames.push(frame));
  const attempt = await server.start(board, card, agent);
  await server.over([attempt]);
  // What is committed is sent at once.
  await pause(500);
  await close();
  return frames;
}

async function oneMessage(server) {
  const count = 50_000;
  const fast = await tell(server, count, 0);
  const said = count * 4;
  const wire = fast.reduce((sum, { bytes }) => sum + bytes, 0);
  const late = [];
  for (const { data, at } of await tell(server, 400, 20)) {
    const change = JSON.parse(data);
    const text = change.append ?? (change.item?.role === "agent" ? change.item.text : undefined);
    const first = /(\d{13}) /.exec(text ?? "")?.[1];
    if (first) late.push(at - Number(first));
  }
  return [
    [`a message of ${said / 1000} kB in tokens of 4 bytes at full speed, on the wire`, `${(wire / 1000).toFixed(0)} kB in ${fast.length} frames, ${(wire / said).toFixed(2)} × its size`, "≤ 2 ×"],
    ["50 tokens a second: from the agent's word to the frame that carries it, over its oldest token, median · slowest of a hundred", `${at(0.5, late)} · ${at(0.99, late)} ms`, "≤ 100 ms"],
  ];
}

/** The rows of the table. */
export async function attempts(binary) {
  return inFolder(async (home) => {
    const server = await Server.start(binary, home);
    try {
      return [...await oneMessage(server), ...await twentyAtOnce(server)];
    } finally {
      await server.stop();
    }
  });
}
