// An agent that speaks the Agent Client Protocol and says a given number of short things: `node talker.mjs COUNT`.
import { createInterface } from "node:readline";

const count = Number(process.argv[2]);
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
    }
    send({ id, result: { stopReason: "end_turn" } });
  } else if (id !== undefined) {
    send({ id, error: { code: -32601, message: "no such method" } });
  }
}
