// A real Mainstay server with a data folder of its own, for one test.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const binary = process.env.MAINSTAY_BIN ?? "../target/debug/mainstay";

export type Board = { boardId: string; name: string };
export type Card = { id: string; key: string; revision: number; title: string; labels: string[]; blockedBy: string[] };
export type BoardState = {
  boardId: string;
  revision: number;
  columnOrder: string[];
  columns: Record<string, { id: string; key?: string; title: string; cardIds: string[] }>;
  cards: Record<string, Card>;
};

export class Server {
  readonly home = mkdtempSync(join(tmpdir(), "mainstay-e2e-"));
  readonly data = join(this.home, "data");
  url = "";
  link = "";
  private process?: ChildProcess;
  private log = "";

  /** Starts the server and waits until it has printed its address and its sign-in link. */
  async start(port = 0): Promise<void> {
    const child = spawn(binary, ["serve", "--addr", `127.0.0.1:${port}`, "--data", this.data, "--no-open"], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, HOME: this.home, MAINSTAY_OWNER_TOKEN: "owner-token-for-the-browser-tests",
        // Milliseconds for each step of the demo agent: tests have no time to lose.
        DEMO_AGENT_PACE: "10" },
    });
    this.process = child;
    child.stderr.on("data", (text) => (this.log += text));
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) {
      const address = /^mainstay listening on (http:\S+)$/.exec(line)?.[1];
      if (address) this.url = address;
      const link = /(http:\S+\/sign-in\?\S+)/.exec(line)?.[1];
      if (link) {
        this.link = link;
        child.stdout.resume();
        return;
      }
    }
    throw new Error(`the server ended before it listened:\n${this.log}`);
  }

  /** Kills the server as a power cut would, and waits until it is gone. */
  async kill(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await gone;
  }

  /** Starts it again, on the same address and data. */
  async restart(): Promise<void> {
    await this.start(Number(new URL(this.url).port));
  }

  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.home, { recursive: true, force: true });
  }

  get stderr(): string {
    return this.log;
  }

  get token(): string {
    return "owner-token-for-the-browser-tests";
  }

  /** Calls the JSON API; a refusal throws with the problem's text. */
  async api<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...(body ? { "content-type": "application/json" } : {}) },
      body: body ? JSON.stringify(body) : undefined,
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }

  /** A git repository with one commit. */
  repository(name = "lodestar"): string {
    const folder = join(this.home, name);
    mkdirSync(folder);
    const git = (...args: string[]) =>
      execFileSync("git", ["-C", folder, ...args], {
        env: {
          PATH: process.env.PATH, HOME: this.home, GIT_CONFIG_GLOBAL: "/dev/null",
          GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@example.org",
          GIT_COMMITTER_NAME: "Ada", GIT_COMMITTER_EMAIL: "ada@example.org",
        },
        stdio: "pipe",
      });
    git("init", "--initial-branch=main");
    writeFileSync(join(folder, "README.md"), `# ${name}\n`);
    git("add", ".");
    git("commit", "-m", "First commit");
    return folder;
  }

  /** A project on a new repository. */
  async board(name = "lodestar"): Promise<Board> {
    return this.api<Board>("POST", "/boards", { name, repositoryPath: this.repository(name) });
  }

  state(board: Board): Promise<BoardState> {
    return this.api<BoardState>("GET", `/boards/${board.boardId}`);
  }

  /** The id of one of the four columns with a meaning. */
  async column(board: Board, key: string): Promise<string> {
    const state = await this.state(board);
    const column = Object.values(state.columns).find((one) => one.key === key);
    if (!column) throw new Error(`the board has no column ${key}`);
    return column.id;
  }

  card(board: Board, fields: { title: string } & Record<string, unknown>): Promise<Card> {
    return this.api<Card>("POST", `/boards/${board.boardId}/cards`, fields);
  }

  /** The kilobytes of memory that the server holds, on Linux. */
  residentKilobytes(): number {
    const status = readFileSync(`/proc/${this.process?.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
  }
}
