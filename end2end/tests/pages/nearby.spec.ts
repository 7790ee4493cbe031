// Adding a project from the repositories that were found nearby.
import { mkdirSync } from "node:fs";
import { expect, signIn, test } from "../fixtures.ts";

test("on the first run a repository nearby is picked with the keyboard and becomes a project", async ({ page, server }) => {
  server.repository("tidepool");
  server.repository("ferry");
  await signIn(page, server);
  await page.goto(`${server.url}/projects`);
  await expect(page.getByRole("button", { name: "Add the sample project" })).toBeVisible();
  const choices = page.getByRole("radiogroup", { name: "Repositories found nearby" }).getByRole("radio");
  await expect(choices).toHaveCount(2);
  await choices.first().focus();
  await page.keyboard.press("ArrowDown");
  await expect(choices.nth(1)).toBeFocused();
  const name = /^(tidepool|ferry)/.exec((await choices.nth(1).innerText()).trim())![1]!;
  await page.keyboard.press("Enter");
  await expect(choices.nth(1)).toHaveAttribute("aria-checked", "true");
  await expect(page.getByLabel("Path of the repository")).toHaveValue(`${server.home}/${name}`);
  await page.getByRole("button", { name: `Add ${name}` }).click();
  await expect(page).toHaveURL(/\/boards\//);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
});

test("the dialog lists what is nearby, says what is a project already, and filters many", async ({ page, server }) => {
  await server.board();
  for (const name of ["one", "two", "three", "four", "five", "six", "seven"]) {
    mkdirSync(`${server.home}/src/${name}/.git`, { recursive: true });
  }
  await signIn(page, server);
  await page.goto(`${server.url}/projects`);
  await page.locator("header").getByRole("button", { name: "Add a project" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a project" });
  const choices = dialog.getByRole("radio");
  await expect(choices).toHaveCount(8);
  await expect(dialog.getByRole("radio", { name: /lodestar/ })).toHaveAttribute("aria-disabled", "true");
  await dialog.getByRole("searchbox", { name: "Filter the repositories" }).fill("src/f");
  await expect(choices).toHaveText([/five/, /four/]);
  await dialog.getByRole("searchbox").fill("nothing");
  await expect(dialog.getByText("None of them is called so.")).toBeVisible();
});

test("where nothing is nearby, a path is typed", async ({ page, server }) => {
  await signIn(page, server);
  await page.goto(`${server.url}/projects`);
  await expect(page.getByText("No git repository was found nearby.")).toBeVisible();
  await page.getByLabel("Path of the repository").fill(`${server.home}/new`);
  await expect(page.getByRole("button", { name: "Add new" })).toBeVisible();
});
