// An agent that Mainstay's authors did not write: the example of the protocol's own TypeScript library, which needs no
// model. It takes a second for each step.
import { join } from "node:path";
import { Inspector, newest } from "../attempts.ts";
import { BoardPage } from "../board.ts";
import { expect, signIn, test } from "../fixtures.ts";

const example = join(import.meta.dirname, "../../node_modules/@agentclientprotocol/sdk/dist/examples/agent.js");
const unhurried = { timeout: 40_000 };

test("a stranger's agent is chosen, asks, is allowed by a click, succeeds, and its card goes to Review", async ({ page, server }) => {
  const command = [process.execPath, example];
  await server.api("POST", "/agents", { agent: "stranger", label: "Stranger", protocol: "acp", command });
  const board = await server.board();
  const card = await server.card(board, { title: "Alpha" });
  await signIn(page, server);
  const view = new BoardPage(page);
  await view.open(server.url, board, `/cards/${card.id}`);
  const inspector = new Inspector(page);

  await inspector.button("Choose who does the work").click();
  await page.getByRole("menuitem", { name: "Stranger", exact: true }).click();
  await expect(inspector.question).toContainText("Modifying critical configuration file", unhurried);
  await expect(inspector.conversation).toContainText("Reading project files");
  await expect(view.card("Alpha")).toContainText(/Asks: \S/);
  await expect.poll(() => view.titles("In Progress")).toEqual(["Alpha"]);

  await inspector.question.getByRole("button", { name: "Allow this change" }).click();
  await expect(inspector.question).toHaveCount(0);
  await expect(inspector.standing).toHaveText("Succeeded", unhurried);
  await expect(inspector.conversation).toContainText("Answered “Allow this change”");
  await expect(inspector.conversation).toContainText("I've successfully updated the configuration.");
  await expect.poll(() => view.titles("Review")).toEqual(["Alpha"]);
  const attempt = await newest(server, board, card);
  expect(attempt).toMatchObject({ status: "succeeded", agent: "stranger", number: 1 });
});
