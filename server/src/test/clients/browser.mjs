// Drives Chromium for a test: each page has a browser profile of its own.
import { chromium } from "playwright-core";
import { report, serve } from "./lines.mjs";
import { fromWire, toWire } from "./wire.mjs";

const deadline = 20_000;
const pages = new Map();
const withClient = new WeakSet();
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
  // Has the page do what driver.mjs does: with the client that the page has loaded, under the name io.
  async useClient({ page: name }) {
    const page = pageOf(name);
    if (withClient.has(page)) return;
    withClient.add(page);
    await page.exposeFunction("tellTest", (source, event, args) => report(source, event, fromWire(args)));
    await page.route("**/test-scripts/*", (route) =>
      route.fulfill({ path: new URL(route.request().url()).pathname.split("/").pop(), contentType: "text/javascript" }),
    );
    await page.evaluate(async () => {
      const { socketCommands } = await import("/test-scripts/sockets.mjs");
      const { fromWire, toWire } = await import("/test-scripts/wire.mjs");
      const commands = socketCommands(
        () => window.io,
        (source, event, args) => window.tellTest(source, event, toWire(args)),
      );
      window.runForTest = async (command, parameters) => toWire(await commands[command](fromWire(parameters)));
    });
  },
  async client({ page, run, parameters }) {
    const result = await pageOf(page).evaluate(
      ([command, given]) => window.runForTest(command, given),
      [run, toWire(parameters)],
    );
    return fromWire(result);
  },
  async close({ page }) {
    await pageOf(page).context().close();
  },
});
