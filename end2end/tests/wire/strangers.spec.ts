// The raw stream is right for strangers: programs that know nothing of Mainstay read all that they should.
import { spawn } from "node:child_process";
import { EventSource } from "eventsource";
import { expect, test } from "../fixtures.ts";
import type { Server } from "../server.ts";

type Seen = { type: string; id: string; data: any };

/** Opens a stream with npm's `eventsource` and gathers what it reads. */
function open(server: Server, query: string, types: string[]): { seen: Seen[]; source: EventSource } {
  const seen: Seen[] = [];
  const source = new EventSource(`${server.url}/api/v1/sse?${query}`, {
    fetch: (input, init) =>
      fetch(input, { ...init, headers: { ...init?.headers, authorization: `Bearer ${server.token}` } }),
  });
  for (const type of types) {
    source.addEventListener(type, (event) =>
      seen.push({ type, id: event.lastEventId, data: JSON.parse(event.data) }));
  }
  return { seen, source };
}

test("npm eventsource reads hello, snapshot and every patch in order", async ({ server }) => {
  const board = await server.board();
  const { seen, source } = open(server, `boardId=${board.boardId}&patch=1`, ["hello", "state", "board_patch"]);
  try {
    await expect.poll(() => seen.map((one) => one.type)).toEqual(["hello", "state"]);
    for (let number = 1; number <= 20; number += 1) await server.card(board, { title: `Card ${number}` });
    await expect.poll(() => seen.length).toBe(22);
    const patches = seen.slice(2);
    const revisions = patches.map((one) => one.data.revision);
    expect(revisions).toEqual(revisions.map((_, index) => seen[1]!.data.revision + index + 1));
    const seqs = patches.map((one) => Number(one.id.split(".").at(-1)));
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    expect(new Set(seqs).size).toBe(seqs.length);
  } finally {
    source.close();
  }
});

test("npm eventsource resumes by itself when the server is killed and comes back", async ({ server }) => {
  const board = await server.board();
  const { seen, source } = open(server, `boardId=${board.boardId}&patch=1`, ["hello", "state", "board_patch"]);
  try {
    await expect.poll(() => seen.length).toBe(2);
    await server.card(board, { title: "Before" });
    await expect.poll(() => seen.length).toBe(3);
    await server.kill("SIGKILL");
    await server.restart();
    await server.card(board, { title: "After" });
    await expect.poll(() => seen.map((one) => one.type), { timeout: 40_000 })
      .toEqual(["hello", "state", "board_patch", "hello", "board_patch"]);
    expect(seen[3]!.data.resumed).toBe(true);
    expect(seen[4]!.data.fromRevision).toBe(seen[2]!.data.revision);
  } finally {
    source.close();
  }
});

test("curl -N prints the frames as they happen", async ({ server }) => {
  const board = await server.board();
  const curl = spawn("curl", ["-sN", "-H", `Authorization: Bearer ${server.token}`,
    `${server.url}/api/v1/sse?boardId=${board.boardId}&patch=1`]);
  let text = "";
  curl.stdout.on("data", (bytes) => (text += bytes));
  try {
    await expect.poll(() => text).toContain("event: state\n");
    await server.card(board, { title: "Seen by curl" });
    await expect.poll(() => text).toContain('"title":"Seen by curl"');
    expect(text).toMatch(/^(id|event|retry|data):/);
    expect(text).not.toContain("\r");
  } finally {
    curl.kill();
  }
});
