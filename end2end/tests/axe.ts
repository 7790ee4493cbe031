// What axe finds by itself on a page in a state: WCAG 2.2 AA and its own best practices, wide and narrow, in both themes.
import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect } from "./fixtures.ts";

export class Looks {
  private readonly page: Page;
  private readonly found: string[] = [];

  private constructor(page: Page) {
    this.page = page;
  }

  /** Nothing moves meanwhile: a colour that fades in is none to be judged. */
  static async of(page: Page): Promise<Looks> {
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    return new Looks(page);
  }

  /** Looks at the page as it is, at each width, by all rules; in the other theme by those of colour, all that it changes. */
  async at(state: string, widths = [1440, 375]): Promise<void> {
    for (const width of widths) {
      await this.page.setViewportSize({ width, height: 900 });
      await this.note(`${state}, ${width}, light`, this.axe());
      await this.page.emulateMedia({ colorScheme: "dark" });
      await this.note(`${state}, ${width}, dark`, this.axe().withRules(["color-contrast"]));
      await this.page.emulateMedia({ colorScheme: "light" });
    }
  }

  /** What was found anywhere is told at once. */
  nothing(): void {
    expect(this.found).toEqual([]);
  }

  /** For pages without frames, as these are; each look would else open a page of its own. */
  private axe(): AxeBuilder {
    return new AxeBuilder({ page: this.page }).setLegacyMode();
  }

  private async note(at: string, axe: AxeBuilder): Promise<void> {
    const { violations } = await axe.analyze();
    this.found.push(...violations.map(({ id, nodes }) => `${at}: ${id} ${nodes.map((node) => node.target).join(" ")}`));
  }
}
