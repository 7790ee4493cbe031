// Measures the release binary and writes the answers to bench/RESULTS.md: `make bench`.
import { writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { attempts } from "./attempts.mjs";
import { board } from "./board.mjs";
import { footprint } from "./footprint.mjs";
import { timeline } from "./timeline.mjs";

const binary = process.argv[2];
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
].join("\n");
writeFileSync("bench/RESULTS.md", text);
process.stdout.write(text);
