// A release server for a measurement, with a data folder of its own.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

const token = "owner-token-for-the-bench";
const authorization = `Bearer ${token}`;

/** The least that is not less than this share of the numbers: `at(0.5, …)` is the median. */
export const at = (share, numbers) => [...numbers].sort((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];

export class Server {
  /** Starts it on a data folder, and waits until it says that it listens. */
  static async start(binary, home) {
    const began = performance.now();
    const child = spawn(binary, ["serve", "--addr", "127.0.0.1:0", "--data", join(home, "data"), "--no-open"], {
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, MAINSTAY_OWNER_TOKEN: token, DEMO_AGENT_PACE: "0" },
    });
    const server = Object.assign(new Server(), { home, child });
    for await (const line of createInterface({ input: child.stdout })) {
      server.url ??= /^mainstay listening on (http:\S+)$/.exec(line)?.[1];
      server.startMilliseconds ??= performance.now() - began;
      server.link = /(http:\S+\/sign-in\?\S+)/.exec(line)?.[1];
      if (server.link) return server;
    }
    throw new Error("the server ended before it listened");
  }

  async stop() {
    const gone = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGKILL");
    await gone;
  }

  /** Resident memory, in megabytes. */
  memory() {
    if (process.platform === "linux") return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.child.pid}/status`, "utf8"))[1]) / 1024;
    return Number(execFileSync("ps", ["-o", "rss=", "-p", String(this.child.pid)], { encoding: "utf8" })) / 1024;
  }

  async api(method, path, body, more = {}) {
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization, ...(body && { "content-type": "application/json" }), ...more },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  /** A project with a repository of one commit. */
  async board(name = "Bench") {
    const path = join(this.home, name);
    mkdirSync(path);
    const git = (...args) => execFileSync("git", ["-C", path, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", ...args]);
    git("init", "--quiet", "--initial-branch=main");
    git("commit", "--quiet", "--allow-empty", "--no-gpg-sign", "--message=first");
    return this.api("POST", "/boards", { name, repositoryPath: path });
  }

  async start(board, card, agent) {
    return this.api("POST", `/boards/${board.boardId}/cards/${card.id}/attempts`, { agent });
  }

  /** Waits until all attempts are over. */
  async over(attempts) {
    for (const { attemptId } of attempts) {
      for (;;) {
        const { status, reason } = await this.api("GET", `/attempts/${attemptId}`);
        if (status === "succeeded") break;
        if (["failed", "interrupted", "stopped"].includes(status)) throw new Error(`an attempt ended as ${status}: ${reason}`);
        await pause(100);
      }
    }
  }

  /** Reads a stream until it is told to end; what comes of it is given to `take` as `{ event, data, bytes, at }`. */
  stream(query, take) {
    const abort = new AbortController();
    const reading = (async () => {
      const answer = await fetch(`${this.url}/api/v1/sse?${query}`, { headers: { authorization }, signal: abort.signal });
      let text = "";
      const decoder = new TextDecoder();
      for await (const piece of answer.body) {
        const now = Date.now();
        text += decoder.decode(piece, { stream: true });
        const frames = text.split("\n\n");
        text = frames.pop();
        for (const frame of frames) {
          const field = (name) => frame.split("\n").find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
          take({ event: field("event"), data: field("data"), bytes: Buffer.byteLength(frame) + 2, at: now });
        }
      }
    })().catch((error) => { if (error.name !== "AbortError") throw error; });
    return async () => { abort.abort(); await reading; };
  }
}

/** Runs a measurement in a folder that goes afterwards. */
export async function inFolder(measure) {
  const home = mkdtempSync(join(tmpdir(), "mainstay-bench-"));
  try {
    return await measure(home);
  } finally {
    // Hosts end when their folder is gone.
    rmSync(home, { recursive: true, force: true });
  }
}
