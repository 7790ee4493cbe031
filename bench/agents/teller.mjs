// An agent that speaks the Agent Client Protocol and says one message in tokens: `node teller.mjs COUNT MILLISECONDS`.
// With a pause between them each token is the moment at which it was said; without one, it is four bytes.
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

const [count, milliseconds] = process.argv.slice(2).map(Number);
const send = (message) => {
  const text = `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`;
  // An agent waits while nobody reads, as one that writes to a pipe does.
  return process.stdout.write(text) ? undefined : new Promise((resolve) => process.stdout.once("drain", resolve));
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (method === "initialize") {
    send({ id, result: { protocolVersion: 1, agentCapabilities: {} } });
  } else if (method === "session/new") {
    send({ id, result: { sessionId: "teller" } });
  } else if (method === "session/prompt") {
    for (let number = 0; number < count; number += 1) {
      if (milliseconds) await pause(milliseconds);
      const text = milliseconds ? `${Date.now()} ` : "word";
      const content = { type: "text", text };
      await send({ method: "session/update", params: { sessionId: params.sessionId, update: { sessionUpdate: "agent_message_chunk", content } } });
    }
    send({ id, result: { stopReason: "end_turn" } });
  }
}
