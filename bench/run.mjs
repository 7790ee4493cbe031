// Measures the release binary and writes the answers to bench/RESULTS.md: `make bench`.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { attempts } from "./attempts.mjs";
import { board } from "./board.mjs";
import { footprint } from "./footprint.mjs";
import { timeline } from "./timeline.mjs";

const [binary, streams] = process.argv.slice(2);
const table = (title, rows) => [
  `## ${title}`, "", "| What | Measured | Goal |", "|---|---|---|", ...rows.map((row) => `| ${row.join(" | ")} |`), "",
].join("\n");

const text = [
  "# Results", "",
  `Written by \`make bench\`. Machine: ${cpus().length} × ${cpus()[0].model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}.`, "",
  table("What it weighs", await footprint(binary)),
  table("Agents at work", await attempts(binary)),
  table("A large board in the browser", await board(binary)),
  table("A long conversation in the browser", await timeline(binary)),
  "## The stream, its floor and its peers", "",
  "The floor writes the same bytes to the same number of sockets and does nothing else. Each server has one processor, readers and publisher have the others. A figure is the median of the rounds, with the least and the most; \"÷\" is Mainstay's figure divided by that of another server in the same round. What is published to Mainstay are real changes of a board, committed to its database with fsync; the others only pass bytes on, so what publishing costs by itself is measured apart.", "",
  execFileSync(streams, ["run", "--mainstay", binary], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }),
  readFileSync("bench/stream-notes.md", "utf8"),
].join("\n");
writeFileSync("bench/RESULTS.md", text);
process.stdout.write(text);
