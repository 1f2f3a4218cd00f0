// Drives Chromium for a test: each page has a browser profile of its own.
import { chromium } from "playwright-core";
import { report, serve } from "./lines.mjs";

const deadline = 10_000;
const pages = new Map();
let browser;

function pageOf(name) {
  const page = pages.get(name);
  if (!page) throw new Error(`no page is called ${name}`);
  return page;
}

serve({
  async launch({ executable }) {
    browser = await chromium.launch({ executablePath: executable, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  },
  async open({ page: name, url, options }) {
    const context = await browser.newContext({ locale: "en-GB", ...options });
    const page = await context.newPage();
    page.setDefaultTimeout(deadline);
    page.on("pageerror", (failure) => report(name, "$failure", [failure.message]));
    page.on("console", (line) => line.type() === "error" && report(name, "$failure", [line.text()]));
    page.on("dialog", (dialog) => {
      report(name, "$failure", [`a dialog opened: ${dialog.message()}`]);
      dialog.dismiss();
    });
    pages.set(name, page);
    await page.goto(url);
  },
  async fill({ page, selector, text }) {
    await pageOf(page).fill(selector, text);
  },
  async press({ page, selector, key }) {
    await pageOf(page).press(selector, key);
  },
  async click({ page, selector }) {
    await pageOf(page).click(selector);
  },
  async await({ page, selector }) {
    await pageOf(page).waitForSelector(selector);
  },
  async texts({ page, selector }) {
    return pageOf(page).locator(selector).allInnerTexts();
  },
  async evaluate({ page, script }) {
    return pageOf(page).evaluate(script);
  },
  async reload({ page }) {
    await pageOf(page).reload();
  },
  async screenshot({ page, path }) {
    await pageOf(page).screenshot({ path, animations: "disabled" });
  },
  async close({ page }) {
    await pageOf(page).context().close();
  },
});
