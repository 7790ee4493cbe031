// Measures what Mainstay weighs: the client on the wire, the binary, start, idle memory.
// `make bench` builds the release binary and writes the answer to bench/RESULTS.md.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { brotliCompressSync, constants } from "node:zlib";

const binary = process.argv[2];
const runs = 15;
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** Starts the server on an existing or new data folder; resolves when it says that it listens. */
async function start(data) {
  const began = performance.now();
  const child = spawn(binary, ["serve", "--addr", "127.0.0.1:0", "--data", data, "--no-open"], {
    stdio: ["ignore", "pipe", "ignore"],
    env: { ...process.env, MAINSTAY_OWNER_TOKEN: "owner-token-for-the-bench" },
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^mainstay listening on (http:\S+)$/.exec(line)?.[1];
    if (url) return { child, url, milliseconds: performance.now() - began };
  }
  throw new Error("the server ended before it listened");
}

async function stop(child) {
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await gone;
}

function residentMegabytes(pid) {
  if (process.platform === "linux") return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
  return Number(execFileSync("ps", ["-o", "rss=", "-p", String(pid)], { encoding: "utf8" })) / 1024;
}

/** The floor for a start: how long the system takes to run the same file and see it end. */
function spawnFloor() {
  const began = performance.now();
  spawnSync(binary, ["--version"], { stdio: "ignore" });
  return performance.now() - began;
}

const home = mkdtempSync(join(tmpdir(), "mainstay-bench-"));
try {
  const firstStart = await start(join(home, "data"));
  await stop(firstStart.child);
  const starts = [], floors = [];
  for (let run = 0; run < runs; run += 1) {
    floors.push(spawnFloor());
    const started = await start(join(home, "data"));
    starts.push(started.milliseconds);
    await stop(started.child);
  }
  const idle = await start(join(home, "data"));
  for (let request = 0; request < 20; request += 1) {
    await fetch(`${idle.url}/api/v1/boards`, { headers: { authorization: "Bearer owner-token-for-the-bench" } });
  }
  const memory = residentMegabytes(idle.child.pid);
  await stop(idle.child);

  const dist = readdirSync("dist").filter((name) => /\.(js|wasm|css)$/.test(name));
  const packed = (name) => brotliCompressSync(readFileSync(join("dist", name)), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 },
  }).length;
  const kilobytes = (names) => names.reduce((sum, name) => sum + packed(name), 0) / 1000;
  const ending = (end) => kilobytes(dist.filter((name) => name.endsWith(end)));
  const [wasm, script, style] = [ending("_bg.wasm"), ending(".js"), ending(".css")];
  // A chunk's file is named after the chunks that it is of: `inbox.projects-….wasm`.
  const chunkFiles = dist.filter((name) => name.endsWith(".wasm") && !name.endsWith("_bg.wasm"));
  const users = (name) => name.split("-")[0].split(".");
  const after = (...chunks) => kilobytes(chunkFiles.filter((name) => users(name).some((user) => chunks.includes(user))));
  const chunks = [...new Set(chunkFiles.flatMap(users))].sort().map((chunk) => `${chunk} ${after(chunk).toFixed(0)}`).join(", ");
  const all = wasm + script + style + kilobytes(chunkFiles);
  const binaryMegabytes = statSync(binary).size / 1e6;

  const startMedian = median(starts), floorMedian = median(floors);
  const row = (what, figure, goal) => `| ${what} | ${figure} | ${goal} |`;
  const text = `# Results

Written by \`make bench\`. Machine: ${cpus().length} × ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}.

## What it weighs

| What | Measured | Goal |
|---|---|---|
${[
    row("what a board needs to be worked with, brotli: WebAssembly + script + styles", `${wasm.toFixed(0)} + ${script.toFixed(0)} + ${style.toFixed(0)} = ${(wasm + script + style).toFixed(0)} kB`, "≤ 300 kB"),
    row("what a board fetches after that, while nobody waits: its menus, and the inspector", `${after("menus", "inspector").toFixed(0)} kB`, ""),
    row("what each chunk is, with what it shares with others", `${chunks} kB`, ""),
    row("the whole of the client, whatever is visited", `${all.toFixed(0)} kB`, ""),
    row("release binary with the client in it", `${binaryMegabytes.toFixed(1)} MB`, "≤ 25 MB"),
    row(`start until it listens, median of ${runs}`, `${startMedian.toFixed(0)} ms, ${(startMedian / floorMedian).toFixed(1)} × the floor of ${floorMedian.toFixed(0)} ms (spawn the same file and see it end)`, "< 200 ms"),
    row("first start, with a new data folder", `${firstStart.milliseconds.toFixed(0)} ms`, "< 200 ms"),
    row("resident memory, idle after 20 requests", `${memory.toFixed(1)} MB`, "< 40 MB"),
  ].join("\n")}
`;
  writeFileSync("bench/RESULTS.md", text);
  process.stdout.write(text);
} finally {
  rmSync(home, { recursive: true, force: true });
}
