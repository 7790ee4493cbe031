// What each page says to who reads it by its roles and names, with JavaScript on and off alike.
import { scenario, stands, start } from "../attempts.ts";
import { expect, signIn, test } from "../fixtures.ts";

// Where no script runs, the browser says that it fetched the client for nothing, if it has the time.
test.beforeEach(({ expectedInConsole }) => expectedInConsole.allow(/preloaded using link preload but not used/));

test("before somebody is in: sign-in, the first run, and an address that leads nowhere", async ({ page, server, expectedInConsole }) => {
  expectedInConsole.allow(/status of 404/);
  await page.goto(`${server.url}/sign-in`);
  await expect(page.locator("body")).toMatchAriaSnapshot(`
    - main:
      - heading "Sign in to Mainstay" [level=1]
      - paragraph:
        - text: Open the link that Mainstay printed when it started. In a terminal on the machine that it runs on,
        - code: mainstay link
        - text: prints it again.
      - text: Or type the owner token
      - textbox "Or type the owner token"
      - button "Sign in"
  `);
  await signIn(page, server);
  await page.goto(server.url);
  await expect(page.locator("body")).toMatchAriaSnapshot(`
    - link "Skip to the page":
      - /url: "#main"
    - banner:
      - link "Mainstay":
        - /url: /
      - navigation "Main":
        - /children: equal
        - link "Inbox":
          - /url: /
        - link "Projects":
          - /url: /projects
    - main:
      - heading "Inbox" [level=1]
      - heading "Put a repository on the board" [level=2]
      - paragraph: /^Mainstay keeps a board beside your repository/
      - heading "Add a project" [level=3]
    - region "Notices"
    - status
  `);
  await page.goto(`${server.url}/nowhere`);
  await expect(page.locator("body")).toMatchAriaSnapshot(`
    - link "Skip to the page"
    - banner:
      - navigation "Main"
    - main:
      - /children: equal
      - heading "There is no such page" [level=1]
      - paragraph: Nothing is at this address. It may be mistyped, or what was here is gone.
      - link "Go to the projects":
        - /url: /projects
  `);
});

test("with a project: inbox, projects, board, filter, and a card that an agent works on", async ({ page, server }) => {
  const board = await server.board();
  const first = await server.card(board, { title: "Foundation", labels: ["house"], priority: "high", type: "feature" });
  await server.card(board, { title: "Roof", dependsOn: [first.id] });
  const card = await scenario(server, board, "ask", "Alpha");
  await stands(server, await start(server, board, card), "waiting");
  await signIn(page, server);
  await page.goto(server.url);
  await expect(page.locator("body")).toMatchAriaSnapshot(`
    - banner:
      - navigation "Main":
        - /children: equal
        - link "Inbox 1 card needs you"
        - link "Projects"
      - navigation "Projects":
        - link "lodestar 3 open cards":
          - /url: /\\/boards\\/[-0-9a-f]+$/
    - main:
      - heading "Inbox" [level=1]
      - region "Needs you":
        - heading "Needs you" [level=2]
        - text: 1, oldest first
        - list:
          - listitem:
            - paragraph:
              - text: /^Asks/
              - time
            - paragraph:
              - text: LOD-3
              - link "Alpha":
                - /url: /\\/boards\\/[-0-9a-f]+\\/cards\\/[-0-9a-f]+\\?attempt=[-0-9a-f]+$/
              - text: lodestar
      - region "Running now":
        - heading "Running now" [level=2]
        - text: "1"
        - list:
          - listitem:
            - img /[Dd]emo/
            - text: LOD-3
            - link "Alpha"
            - text: lodestar Waits for your answer
            - time
      - region "All projects":
        - heading "All projects" [level=2]
        - term: Boards
        - definition: "1"
        - term: Cards
        - definition: "3"
        - term: Running
        - definition: "0"
        - term: Queued
        - definition: "0"
        - term: Waiting
        - definition: "1"
      - region "Projects":
        - heading "Projects" [level=2]
        - text: "1"
        - table:
          - rowgroup:
            - row "Project Needs you Running Open Cards"
          - rowgroup:
            - row "lodestar 1 1 3 3":
              - rowheader "lodestar":
                - link "lodestar"
              - cell "1"
              - cell "1"
              - cell "3"
              - cell "3"
  `);
  await page.goto(`${server.url}/projects`);
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - main:
      - heading "Projects" [level=1]
      - region "On this machine":
        - heading "On this machine" [level=2]
        - text: "1"
        - list:
          - listitem:
            - heading "lodestar" [level=3]:
              - link "lodestar"
            - paragraph: /lodestar · main$/
            - paragraph: 3 open 1 running 0 done
            - paragraph: 1 card needs you
  `);
  await page.goto(`${server.url}/boards/${board.boardId}`);
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - main:
      - heading "lodestar" [level=1]
      - search
      - region "Backlog":
        - heading "Backlog" [level=2]
        - text: 2 cards
        - list:
          - listitem:
            - heading "LOD-1 Foundation" [level=3]:
              - link "LOD-1 Foundation":
                - /url: /\\/boards\\/[-0-9a-f]+\\/cards\\/[-0-9a-f]+$/
            - paragraph:
              - time
            - img "High priority"
            - text: house Feature
          - listitem:
            - heading "LOD-2 Roof" [level=3]
            - paragraph: Blocked by LOD-1
      - region "In Progress":
        - heading "In Progress" [level=2]
        - text: 1 card
        - list:
          - listitem:
            - heading "LOD-3 Alpha" [level=3]
            - paragraph:
              - text: "Asks: Edit DEMO.md"
              - time
            - text: 1/3
            - img /[Dd]emo/
      - region "Review":
        - heading "Review" [level=2]
        - text: 0 cards
        - list
      - region "Done":
        - heading "Done" [level=2]
        - text: 0 cards
        - list
  `);
  await page.goto(`${server.url}/boards/${board.boardId}?q=label%3Ahouse`);
  await expect(page.getByRole("search")).toMatchAriaSnapshot(`
    - search:
      - text: label:house
      - link "No longer filter by label:house":
        - /url: /\\/boards\\/[-0-9a-f]+$/
      - status: 1 of 3 cards
      - link "Clear"
  `);
  await page.goto(`${server.url}/boards/${board.boardId}/cards/${card.id}`);
  await expect(page.getByRole("complementary")).toMatchAriaSnapshot(`
    - complementary "Alpha":
      - text: LOD-3 In Progress
      - link "Close the card":
        - /url: /\\/boards\\/[-0-9a-f]+$/
      - heading "Alpha" [level=2]
      - navigation "Attempts":
        - link /^#1 [Dd]emo.* , Waits for your answer$/:
          - /url: /\\?attempt=[-0-9a-f]+$/
      - status: Waits for your answer
      - time
      - code: mainstay/LOD-3-alpha
      - tabpanel "Conversation":
        - group: Plan 1/3 Write a line into DEMO.md
        - region "Conversation, newest last":
          - list:
            - listitem:
              - text: "You:"
              - paragraph: Alpha
              - paragraph: "scenario: ask"
            - listitem:
              - group: /^Thought/
            - listitem:
              - group: /^Read DEMO.md/
            - listitem:
              - group:
                - text: Edit DEMO.md
                - insertion: "+5"
                - deletion: −0
                - text: waits
            - listitem:
              - text: "Asks: Edit DEMO.md"
              - time
        - region "The agent asks":
          - strong: /[Dd]emo.* asks/
          - time
          - paragraph: Edit DEMO.md
          - group "Changes":
            - paragraph: DEMO.md (new)
  `);
});
