// An agent that speaks the Agent Client Protocol and runs one tool that prints a line every 30 milliseconds.
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

const LINES = 400;
const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const update = (sessionId, change) => send({ method: "session/update", params: { sessionId, update: change } });

async function print(sessionId) {
  const toolCallId = "call-1";
  update(sessionId, { sessionUpdate: "tool_call", toolCallId, title: "Print", kind: "execute", status: "in_progress" });
  let text = "";
  for (let line = 1; line <= LINES; line += 1) {
    text += `line ${line} of ${LINES}\n`;
    update(sessionId, { sessionUpdate: "tool_call_update", toolCallId, content: [{ type: "content", content: { type: "text", text } }] });
    await pause(30);
  }
  update(sessionId, { sessionUpdate: "tool_call_update", toolCallId, status: "completed" });
}

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (method === "initialize") {
    send({ id, result: { protocolVersion: 1, agentCapabilities: { loadSession: false }, authMethods: [] } });
  } else if (method === "session/new") {
    send({ id, result: { sessionId: "printer" } });
  } else if (method === "session/prompt") {
    await print(params.sessionId);
    send({ id, result: { stopReason: "end_turn" } });
  } else if (id !== undefined) {
    send({ id, error: { code: -32601, message: "no such method" } });
  }
}
