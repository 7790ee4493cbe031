// An agent that speaks the Agent Client Protocol, asks for permission, and says a given number of short things meanwhile:
// `node asker.mjs COUNT`.
import { createInterface } from "node:readline";

const count = Number(process.argv[2]);
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const update = (sessionId, change) => send({ method: "session/update", params: { sessionId, update: change } });
let prompt;

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (method === "initialize") {
    send({ id, result: { protocolVersion: 1, agentCapabilities: { loadSession: false }, authMethods: [] } });
  } else if (method === "session/new") {
    send({ id, result: { sessionId: "asker" } });
  } else if (method === "session/prompt") {
    prompt = id;
    const toolCall = { toolCallId: "asked", title: "Run it", kind: "execute", status: "pending", rawInput: { command: "cargo add tokio-util" } };
    update(params.sessionId, { sessionUpdate: "tool_call", ...toolCall });
    const options = [{ optionId: "yes", name: "Allow", kind: "allow_once" }, { optionId: "no", name: "Reject", kind: "reject_once" }];
    send({ id: "question", method: "session/request_permission", params: { sessionId: params.sessionId, toolCall, options } });
    for (let number = 1; number <= count; number += 1) {
      const tool = { toolCallId: `call-${number}`, title: `Look at thing ${number}`, kind: "read", status: "completed" };
      update(params.sessionId, { sessionUpdate: "tool_call", ...tool });
    }
  } else if (id === "question") {
    send({ id: prompt, result: { stopReason: "end_turn" } });
  } else if (id !== undefined) {
    send({ id, error: { code: -32601, message: "no such method" } });
  }
}
