// An agent that speaks the Agent Client Protocol and says a given number of short things, so many milliseconds apart:
// `node talker.mjs COUNT PAUSE`.
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

const [count, between] = process.argv.slice(2).map(Number);
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const update = (sessionId, change) => send({ method: "session/update", params: { sessionId, update: change } });

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (method === "initialize") {
    send({ id, result: { protocolVersion: 1, agentCapabilities: { loadSession: false }, authMethods: [] } });
  } else if (method === "session/new") {
    send({ id, result: { sessionId: "talker" } });
  } else if (method === "session/prompt") {
    for (let number = 1; number <= count; number += 1) {
      const tool = { toolCallId: `call-${number}`, title: `Look at thing ${number}`, kind: "read", status: "completed" };
      const content = [{ type: "content", content: { type: "text", text: `Thing ${number} is as it should be.` } }];
      update(params.sessionId, { sessionUpdate: "tool_call", ...tool, content });
      if (between > 0) await pause(between);
    }
    send({ id, result: { stopReason: "end_turn" } });
  } else if (id !== undefined) {
    send({ id, error: { code: -32601, message: "no such method" } });
  }
}
