// What each page offers to who finds their way by roles and names, once its script runs: nothing else has a name there.
import { Inspector, open, scenario, stands, start } from "../attempts.ts";
import { expect, signIn, test } from "../fixtures.ts";

test("the first run has a sample, a path and a name to offer", async ({ page, server }) => {
  await signIn(page, server);
  await page.goto(server.url);
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - main:
      - /children: equal
      - heading "Inbox" [level=1]
      - status: Live
      - heading "Put a repository on the board" [level=2]
      - paragraph: /^Mainstay keeps a board beside your repository/
      - button "Add the sample project"
      - paragraph: /^A small repository with five cards/
      - heading "Add a project" [level=3]
      - text: Path of the repository
      - textbox "Path of the repository"
      - paragraph: A folder on the machine that Mainstay runs on.
      - paragraph: Found nearby, the last used first
      - status: No git repository was found nearby. Type the path of one.
      - text: Name
      - textbox "Name"
      - button "Add"
  `);
});

test("rail, inbox, projects, board and inspector have a name for all that can be done", async ({ page, server }) => {
  const board = await server.board();
  const card = await scenario(server, board, "ask", "Alpha");
  await stands(server, await start(server, board, card), "waiting");
  const { inspector } = await open(page, server, board, card);
  await expect(page.locator("body")).toMatchAriaSnapshot(`
    - banner:
      - /children: equal
      - link "Mainstay"
      - navigation "Main"
      - navigation "Projects"
      - button /^Theme/
      - button /^Density/
      - button "Sign out"
    - main:
      - /children: equal
      - heading "lodestar" [level=1]
      - button "1 needs you"
      - status: Live
      - search:
        - /children: equal
        - combobox "Filter the cards"
        - button "Labels to filter by"
        - button "Saved views and deleted cards"
      - region "Backlog":
        - /children: equal
        - heading "Backlog" [level=2]
        - text: 0 cards
        - button "Actions for the column Backlog"
        - button "Add a card to Backlog"
        - list:
          - listitem:
            - button "Add card"
      - region "In Progress":
        - list:
          - listitem:
            - heading "LOD-1 Alpha" [level=3]
            - paragraph
            - img "Demo agent"
            - button "Actions for LOD-1"
          - listitem:
            - button "Add card"
      - region "Review"
      - region "Done"
      - button "Add column"
    - complementary "Alpha":
      - /children: equal
      - separator "Width of the card, in pixels"
      - text: LOD-1 In Progress
      - button "Move to…, and other actions"
      - link "Close the card"
      - heading "Alpha" [level=2]
      - button "Edit the title"
      - navigation "Attempts":
        - link "#1 Demo agent , Waits for your answer"
      - status: Waits for your answer
      - time
      - code: mainstay/LOD-1-alpha
      - button "Stop"
      - tablist "Parts of the card":
        - /children: equal
        - tab "Conversation" [selected]
        - tab "Log"
        - tab "Card"
      - tabpanel "Conversation":
        - /children: equal
        - group: /^Plan/
        - region "Conversation, newest last"
        - region "The agent asks":
          - button "Allow"
          - button "Reject"
        - textbox "Write to Demo agent"
        - group "When the agent reads it":
          - button "Queue" [pressed]
          - button "Steer"
        - text: Sent when the turn ends
        - button "Queue" [disabled]
  `);
  await inspector.tab("Card").click();
  await expect(new Inspector(page).root.getByRole("tabpanel")).toMatchAriaSnapshot(`
    - tabpanel "Card":
      - text: Priority
      - combobox "Priority":
        - option "None" [selected]
      - text: Type
      - combobox "Type":
        - option "None" [selected]
      - region "Description":
        - /children: equal
        - heading "Description" [level=3]
        - button "Edit the description"
        - paragraph: "scenario: ask"
      - region "Labels":
        - heading "Labels" [level=3]
        - combobox "Add a label"
      - region "Depends on":
        - heading "Depends on" [level=3]
        - combobox "Add a card by key or title"
      - paragraph:
        - text: Created
        - time
      - paragraph:
        - text: Changed
        - time
      - button "Delete the card"
  `);
  await page.goto(server.url);
  await expect(page.getByRole("region", { name: "Needs you" })).toMatchAriaSnapshot(`
    - region "Needs you":
      - /children: equal
      - heading "Needs you" [level=2]
      - text: 1, oldest first
      - button "Notify me"
      - list:
        - listitem:
          - /children: equal
          - paragraph:
            - text: "Asks: Edit DEMO.md"
            - time
          - paragraph:
            - text: LOD-1
            - link "Alpha"
            - text: lodestar
          - button "Allow"
          - button "Reject"
  `);
  await page.goto(`${server.url}/projects`);
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - main:
      - /children: equal
      - heading "Projects" [level=1]
      - status: Live
      - button "Add a project"
      - region "On this machine":
        - list:
          - listitem:
            - heading "lodestar" [level=3]:
              - link "lodestar"
            - button "Menu of lodestar"
            - paragraph: /lodestar · main$/
          - listitem:
            - button "Add a project"
  `);
});
