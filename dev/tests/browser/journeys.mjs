// The sign-up page of `cargo dev`, used as a person does, in a real Chromium.
//
// node journeys.mjs JOURNEY, with PAGE_URL, INBOX_URL, CHROMIUM, and TOOLS, the folder with
// playwright-core and axe-core. Exits with 0 when the person got where they wanted.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const { PAGE_URL, INBOX_URL, CHROMIUM, TOOLS, SCREENSHOT } = process.env;
const require = createRequire(`${TOOLS}/package.json`);
const { chromium } = require("playwright-core");
const { source: axe } = require("axe-core");

const WIDE = { width: 1280, height: 800 };
const NARROW = { width: 320, height: 640 };

/** A browser of one person's own; whatever the page complains about fails the journey. */
async function visit(browser, options, journey) {
  const context = await browser.newContext({ viewport: WIDE, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints = [];
  const ours = [new URL(PAGE_URL).origin, new URL(INBOX_URL).origin];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("request", (request) => {
    if (!ours.includes(new URL(request.url()).origin)) complaints.push(`asks ${request.url()}`);
  });
  await page.goto(PAGE_URL);
  await journey(page);
  assert.deepEqual(complaints, []);
  await context.close();
}

const button = (page) => page.locator("#send-button");
const said = (page, id, text) => page.locator(`#${id}`, { hasText: text }).waitFor();
const boxes = (page) => page.locator("#boxes input");
const shown = (page) => boxes(page).evaluateAll((all) => all.map((box) => box.value).join(""));

async function send(page, email) {
  await page.locator("#email").fill(email);
  await button(page).click();
}

/** The code of the newest mail to an address, from the inbox's own API. */
async function mailed(email) {
  for (const end = Date.now() + 15_000; Date.now() < end; ) {
    const { items } = await (await fetch(`${INBOX_URL}/api/messages`)).json();
    const mail = items.find(({ to }) => to.includes(email));
    if (mail) {
      const { text } = await (await fetch(`${INBOX_URL}/api/messages/${mail.id}`)).json();
      return text.match(/^\d{6}$/m)[0];
    }
  }
  throw new Error("no mail came");
}

async function paste(page, text) {
  await boxes(page).first().focus();
  // As the clipboard delivers it: one insertion.
  await page.keyboard.insertText(text);
}

const inDigitsFrom = (zero, code) =>
  code.replace(/\d/g, (digit) => String.fromCodePoint(zero.codePointAt(0) + Number(digit)));

/** Nothing that axe-core calls serious or critical, in light and in dark. */
async function accessible(page, state) {
  for (const colorScheme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { iframes: false }));
    const found = violations.map(({ id, impact, nodes }) => [id, impact, nodes.map(({ html, any }) => [html, any[0]?.message])]);
    assert.deepEqual(found, [], `axe-core, ${state}, ${colorScheme}`);
  }
}

async function fits(page) {
  const { scrollWidth, clientWidth } = await page.evaluate(() => document.documentElement);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(wide, 0, `scrolls sideways: ${scrollWidth} in ${clientWidth}`);
}

const journeys = {
  async english(browser) {
    await visit(browser, { locale: "en-US" }, async (page) => {
      await accessible(page, "at the start");
      await send(page, "not an address");
      await said(page, "send-message", "invalid parameter");
      assert.equal(await page.locator("#email").getAttribute("aria-invalid"), "true");
      await send(page, "jane@example.com");
      await said(page, "send-message", "We sent a code to");
      const code = await mailed("jane@example.com");
      // The mail is beside the form, in the frame, and can be opened there.
      const inbox = page.frameLocator("#inbox");
      await inbox.locator("#list a").first().click();
      await inbox.locator("#code", { hasText: code }).waitFor();
      await inbox.frameLocator("#frame").getByText(code).first().waitFor();
      await accessible(page, "with a code sent");
      await boxes(page).first().focus();
      await page.keyboard.type(code);
      assert.equal(await shown(page), code);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Your address is confirmed" }).waitFor();
      assert.equal(await page.evaluate(() => document.activeElement.id), "done-title");
      await accessible(page, "at the end");
    });
  },

  async chinese(browser) {
    await visit(browser, { locale: "zh-CN" }, async (page) => {
      await page.getByRole("heading", { name: "创建账号" }).waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-CN");
      await send(page, "");
      await said(page, "send-message", "参数无效");
      await send(page, "用户@例子.example");
      await said(page, "send-message", "验证码已发送至");
      const code = await mailed("用户@xn--fsqu00a.example");
      await paste(page, inDigitsFrom("０", code));
      await page.getByRole("button", { name: "验证", exact: true }).click();
      await page.getByRole("heading", { name: "邮箱已验证" }).waitFor();
      await accessible(page, "in Chinese");
    });
  },

  async arabic(browser) {
    await visit(browser, { locale: "ar-EG" }, async (page) => {
      await page.getByRole("heading", { name: "أنشئ حسابك" }).waitFor();
      assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), "rtl");
      const [card, inbox] = [await page.locator(".card").boundingBox(), await page.locator("#inbox").boundingBox()];
      assert.ok(card.x > inbox.x, "the form is on the right");
      await send(page, "layla@example.com");
      await said(page, "send-message", "أرسلنا رمزًا إلى");
      const [first, last] = [await boxes(page).first().boundingBox(), await boxes(page).last().boundingBox()];
      assert.ok(first.x < last.x, "digits read from left to right");
      await accessible(page, "in Arabic");
      const code = await mailed("layla@example.com");
      await paste(page, ` ${inDigitsFrom("٠", code.slice(0, 3))}-${inDigitsFrom("٠", code.slice(3))} `);
      await page.getByRole("button", { name: "التحقق من الرمز" }).click();
      await page.getByRole("heading", { name: "تم تأكيد بريدك الإلكتروني" }).waitFor();
    });
  },

  async languages(browser) {
    await visit(browser, { locale: "pt-PT" }, async (page) => {
      const tags = await page.locator("#language option").evaluateAll((all) => all.map(({ value }) => value));
      assert.equal(tags.length, 9);
      assert.equal(await page.locator("#language").inputValue(), "pt-BR");
      const titles = new Set();
      await page.setViewportSize(NARROW);
      for (const tag of tags) {
        await page.locator("#language").selectOption(tag);
        assert.equal(await page.evaluate(() => document.documentElement.lang), tag);
        titles.add(await page.locator("#title, h1").first().textContent());
        await fits(page);
      }
      assert.equal(titles.size, 9);
      await page.locator("#language").selectOption("ar");
      await page.reload();
      assert.equal(await page.evaluate(() => document.documentElement.dir), "rtl", "it is kept");
    });
  },

  async tries(browser) {
    await visit(browser, { locale: "en-US" }, async (page) => {
      await send(page, "guess@example.com");
      await said(page, "send-message", "We sent a code to");
      const code = await mailed("guess@example.com");
      const wrong = code === "000000" ? "000001" : "000000";
      await page.locator("#check-button").click();
      await said(page, "check-message", "Please enter all six digits.");
      const check = async () => {
        const answered = page.waitForResponse(/verifyRegisterCode$/);
        await page.keyboard.press("Enter");
        return (await (await answered).json()).code;
      };
      const emptied = () => [...document.querySelectorAll("#boxes input")].every(({ value }) => value === "");
      for (let count = 1; count <= 5; count++) {
        await paste(page, wrong);
        assert.equal(await check(), "412");
        await page.waitForFunction(emptied);
        await said(page, "check-message", "Check verify code please");
        assert.ok(await boxes(page).first().evaluate((box) => box === document.activeElement));
      }
      await accessible(page, "after a wrong code");
      await paste(page, code);
      assert.equal(await check(), "406");
      await said(page, "check-message", "you have tried too many times");
      assert.equal(await button(page).getAttribute("aria-disabled"), "true");
    });
  },

  // `cargo dev --cooldown 8s`
  async cooldown(browser) {
    await visit(browser, { locale: "en-US" }, async (page) => {
      await send(page, "wait@example.com");
      await said(page, "send-message", "We sent a code to");
      await button(page).filter({ hasText: /Send again in .?0:0[1-8]/u }).waitFor();
      // Another tab asks for the same address, and is told to wait as long as the API says.
      const tab = await page.context().newPage();
      await tab.goto(PAGE_URL);
      await send(tab, "wait@example.com");
      await said(tab, "send-message", "email already sent, if not received, please send 1 min later");
      await button(tab).filter({ hasText: /Send again in .?0:0[1-8]/u }).waitFor();
      await tab.locator("#email").fill("other@example.com");
      await button(tab).filter({ hasText: "Send code" }).waitFor();
      await tab.close();
      const label = await button(page).textContent();
      await button(page).filter({ hasNotText: label }).waitFor();
      await said(page, "send-message", "You can ask for a new code now.");
      assert.equal(await button(page).getAttribute("aria-disabled"), "false");
      await button(page).click();
      await said(page, "send-message", "We sent a code to");
    });
  },

  async keyboard(browser) {
    await visit(browser, { locale: "en-US", viewport: NARROW }, async (page) => {
      const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.ariaLabel);
      await page.keyboard.press("Tab");
      assert.equal(await focused(), "language");
      await page.keyboard.press("Tab");
      await page.keyboard.type("keys@example.com");
      await page.keyboard.press("Tab");
      assert.equal(await focused(), "send-button");
      await page.keyboard.press("Enter");
      await said(page, "send-message", "We sent a code to");
      assert.equal(await focused(), "Digit 1 of 6");
      await fits(page);
      const code = await mailed("keys@example.com");
      await page.keyboard.type(`${code.slice(0, 2)}7`);
      assert.equal(await focused(), "Digit 4 of 6");
      await page.keyboard.press("Backspace");
      assert.equal(await focused(), "Digit 3 of 6");
      await page.keyboard.type(code.slice(2, 4));
      await page.keyboard.press("Home");
      await page.keyboard.press("ArrowRight");
      assert.equal(await focused(), "Digit 2 of 6");
      await page.keyboard.press("End");
      await page.keyboard.press("ArrowLeft");
      await page.keyboard.type(code.slice(4));
      assert.equal(await shown(page), code);
      await accessible(page, "narrow");
      await page.keyboard.press("Tab");
      assert.equal(await focused(), "check-button");
      await page.keyboard.press("Space");
      await page.getByRole("heading", { name: "Your address is confirmed" }).waitFor();
    });
  },

  async autofill(browser) {
    await visit(browser, { locale: "en-US" }, async (page) => {
      const kinds = await page.locator("input").evaluateAll((all) => all.map(({ autocomplete }) => autocomplete));
      assert.deepEqual(kinds, ["email", "one-time-code", "off", "off", "off", "off", "off"]);
      await send(page, "phone@example.com");
      await said(page, "send-message", "We sent a code to");
      // A phone puts the whole code into the box that asks for it.
      await boxes(page).first().fill("123456");
      assert.equal(await shown(page), "123456");
      await paste(page, "Your code, good for 30 minutes: 654 321.");
      assert.equal(await shown(page), "654321", "the six digits, not the minutes");
    });
  },

  // What happens between a click and its answer, and afterwards.
  async slips(browser) {
    await visit(browser, { locale: "en-US" }, async (page) => {
      let go;
      const held = new Promise((resolve) => { go = resolve; });
      await page.route(/sendRegisterCode$/, async (route) => { await held; await route.continue(); });
      await send(page, "first@example.com");
      await page.locator("#email").fill("second@example.com");
      go();
      await said(page, "send-message", "first@example.com");
      assert.equal(await button(page).getAttribute("aria-disabled"), "false", "the second may be asked for");
      const code = await mailed("first@example.com");
      await paste(page, code);
      // A box that has the focus is clicked once more, and one digit is typed over another.
      const first = boxes(page).first();
      await first.click();
      await first.click();
      await page.keyboard.type(code[0]);
      assert.equal(await shown(page), code);
      await first.press("End");
      await page.keyboard.type(code[5]);
      assert.equal(await shown(page), code, "one box, one digit");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Your address is confirmed" }).waitFor();
      await said(page, "done-text", "first@example.com");
    });
  },

  async storage(browser) {
    await visit(browser, { locale: "de" }, async (page) => {
      await page.addInitScript(() => {
        Object.defineProperty(globalThis, "localStorage", { get() { throw new DOMException("no", "SecurityError"); } });
      });
      await page.reload();
      await page.getByRole("heading", { name: "Konto erstellen" }).waitFor();
      await page.locator("#language").selectOption("fr");
      await page.getByRole("heading", { name: "Créez votre compte" }).waitFor();
      assert.equal(await boxes(page).first().getAttribute("aria-label"), "Chiffre 1 sur 6");
    });
  },

  async copying(browser) {
    await visit(browser, { locale: "en-US", permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      await send(page, "copy@example.com");
      const code = await mailed("copy@example.com");
      const inbox = page.frameLocator("#inbox");
      await inbox.locator("#list a").first().click();
      await inbox.getByRole("button", { name: "Copy code" }).click();
      await page.locator("#boxes input").first().click();
      await page.keyboard.press("ControlOrMeta+v");
      await page.waitForFunction((code) => [...document.querySelectorAll("#boxes input")].map(({ value }) => value).join("") === code, code);
    });
  },

  async screenshot(browser) {
    await visit(browser, { locale: "en-US", colorScheme: "light" }, async (page) => {
      await send(page, "jane@example.com");
      const code = await mailed("jane@example.com");
      const inbox = page.frameLocator("#inbox");
      await inbox.locator("#list a").first().click();
      await inbox.frameLocator("#frame").getByText(code).first().waitFor();
      await boxes(page).first().focus();
      await page.keyboard.type(code.slice(0, 3));
      await page.screenshot({ path: SCREENSHOT });
      if (process.env.MORE) {
        await page.emulateMedia({ colorScheme: "dark" });
        await page.locator("#language").selectOption("ar");
        await page.screenshot({ path: `${process.env.MORE}/dark-ar.png` });
        await page.setViewportSize(NARROW);
        await page.emulateMedia({ colorScheme: "light" });
        await page.locator("#language").selectOption("de");
        await page.screenshot({ path: `${process.env.MORE}/narrow-de.png`, fullPage: true });
      }
    });
  },
};

const journey = journeys[process.argv[2]];
if (!journey) throw new Error(`a journey is one of ${Object.keys(journeys).join(", ")}`);
// Chromium's own sandbox needs a user that is not root.
const args = process.getuid() === 0 ? ["--no-sandbox"] : [];
const browser = await chromium.launch({ executablePath: CHROMIUM, args });
try {
  await journey(browser);
} finally {
  await browser.close();
}
