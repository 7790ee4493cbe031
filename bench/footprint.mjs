// What Mainstay weighs: the client on the wire, the binary, start, idle memory.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { brotliCompressSync, constants } from "node:zlib";
import { at, inFolder, Server } from "./server.mjs";

const runs = 15;

/** The floor for a start: how long the system takes to run the same file and see it end. */
function spawnFloor(binary) {
  const began = performance.now();
  spawnSync(binary, ["--version"], { stdio: "ignore" });
  return performance.now() - began;
}

async function starts(binary) {
  return inFolder(async (home) => {
    const first = await Server.start(binary, home);
    await first.stop();
    const starts = [], floors = [];
    for (let run = 0; run < runs; run += 1) {
      floors.push(spawnFloor(binary));
      const started = await Server.start(binary, home);
      starts.push(started.startMilliseconds);
      await started.stop();
    }
    const idle = await Server.start(binary, home);
    for (let request = 0; request < 20; request += 1) await idle.api("GET", "/boards");
    const memory = idle.memory();
    await idle.stop();
    return { first: first.startMilliseconds, start: at(0.5, starts), floor: at(0.5, floors), memory };
  });
}

/** The client in `dist/`, in kilobytes as it is sent. */
function client() {
  const dist = readdirSync("dist").filter((name) => /\.(js|wasm|css)$/.test(name));
  const packed = (name) => brotliCompressSync(readFileSync(join("dist", name)), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 },
  }).length;
  const kilobytes = (names) => names.reduce((sum, name) => sum + packed(name), 0) / 1000;
  const ending = (end) => kilobytes(dist.filter((name) => name.endsWith(end)));
  // A chunk's file is named after the chunks that it is of: `inbox.projects-….wasm`.
  const chunkFiles = dist.filter((name) => name.endsWith(".wasm") && !name.endsWith("_bg.wasm"));
  const users = (name) => name.split("-")[0].split(".");
  const after = (...chunks) => kilobytes(chunkFiles.filter((name) => users(name).some((user) => chunks.includes(user))));
  const chunks = [...new Set(chunkFiles.flatMap(users))].sort().map((chunk) => `${chunk} ${after(chunk).toFixed(0)}`).join(", ");
  const first = { wasm: ending("_bg.wasm"), script: ending(".js"), style: ending(".css") };
  return { ...first, chunks, later: after("menus", "inspector"), all: first.wasm + first.script + first.style + kilobytes(chunkFiles) };
}

/** The rows of the table. */
export async function footprint(binary) {
  const { wasm, script, style, chunks, later, all } = client();
  const { first, start, floor, memory } = await starts(binary);
  return [
    ["what a board needs to be worked with, brotli: WebAssembly + script + styles", `${wasm.toFixed(1)} + ${script.toFixed(1)} + ${style.toFixed(1)} = ${(wasm + script + style).toFixed(1)} kB`, "≤ 350 kB"],
    ["what a board fetches after that, while nobody waits: its menus, and the inspector", `${later.toFixed(0)} kB`, ""],
    ["what each chunk is, with what it shares with others", `${chunks} kB`, ""],
    ["the whole of the client, whatever is visited", `${all.toFixed(0)} kB`, ""],
    ["release binary with the client in it", `${(statSync(binary).size / 1e6).toFixed(1)} MB`, "≤ 25 MB"],
    [`start until it listens, median of ${runs}`, `${start.toFixed(0)} ms, ${(start / floor).toFixed(1)} × the floor of ${floor.toFixed(0)} ms (spawn the same file and see it end)`, "< 200 ms"],
    ["first start, with a new data folder", `${first.toFixed(0)} ms`, "< 200 ms"],
    ["resident memory, idle after 20 requests", `${memory.toFixed(1)} MB`, "< 40 MB"],
  ];
}
