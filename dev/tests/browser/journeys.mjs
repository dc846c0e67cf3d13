// The pages of `cargo dev`, used as a person does, in a real Chromium.
//
// node journeys.mjs JOURNEY, with PAGE_URL, INBOX_URL, CHROMIUM, and TOOLS, the folder with
// playwright-core and axe-core. Exits with 0 when the person got where they wanted.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

const { PAGE_URL, INBOX_URL, CHROMIUM, TOOLS, TEMPLATES, SCREENSHOT } = process.env;
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
  await go(page, PAGE_URL);
  await journey(page);
  assert.deepEqual(complaints, []);
  // What is still asked for is not waited for.
  await page.unrouteAll({ behavior: "ignoreErrors" });
  await context.close();
}

const button = (page) => page.locator("#send-button");
const said = (page, id, text) => page.locator(`#${id}`, { hasText: text }).waitFor();
const code = (page) => page.locator("#code");
const shown = (page) => code(page).inputValue();
const focused = (page) => page.evaluate(() => document.activeElement.id);
const inboxOf = (page) => page.frameLocator("#inbox");

/** Another page of the same person, which may not complain either. */
async function go(page, url) {
  await page.goto(url);
  await page.locator("body:not([data-waiting])").waitFor();
}

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
  await code(page).focus();
  await code(page).selectText();
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
      const top = async (id) => (await page.locator(id).boundingBox()).y;
      const before = await top("#send-button");
      await send(page, "not an address");
      await said(page, "send-message", "That doesn’t look like an email address.");
      assert.equal(await page.locator("#email").getAttribute("aria-invalid"), "true");
      assert.equal(await focused(page), "email");
      await send(page, "jane@example.com");
      await said(page, "send-message", "We sent a code to");
      assert.equal(await focused(page), "code");
      // The mail opens by itself in the frame beside the form, and takes the focus from nobody.
      const digits = await mailed("jane@example.com");
      await inboxOf(page).locator("#code", { hasText: digits }).waitFor();
      await inboxOf(page).frameLocator("#frame").getByText(digits).first().waitFor();
      assert.equal(await focused(page), "code");
      const check = await top("#check-button");
      await accessible(page, "with a code sent");
      await page.keyboard.type("12");
      await page.keyboard.press("Enter");
      await said(page, "check-message", "Enter all six digits of the code.");
      assert.deepEqual([await top("#send-button"), await top("#check-button")], [before, check], "nothing jumps");
      await paste(page, digits);
      assert.equal(await shown(page), digits);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Your address is confirmed" }).waitFor();
      assert.equal(await focused(page), "done-title");
      await accessible(page, "at the end");
      assert.equal(await page.getByRole("link", { name: "API reference" }).getAttribute("href"), "/docs");
    });
  },

  async chinese(browser) {
    await visit(browser, { locale: "zh-CN" }, async (page) => {
      await page.getByRole("heading", { name: "创建账号" }).waitFor();
      assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-CN");
      await send(page, "");
      await page.locator('#send-message[data-kind="bad"]:not(:empty)').waitFor();
      await send(page, "用户@例子.example");
      await page.locator('#send-message[data-kind="good"]', { hasText: "用户@例子.example" }).waitFor();
      const digits = await mailed("用户@xn--fsqu00a.example");
      await inboxOf(page).locator("#code", { hasText: digits }).waitFor();
      await paste(page, inDigitsFrom("０", digits));
      await page.locator("#check-button").click();
      await page.locator("#done-title").waitFor();
      await accessible(page, "in Chinese");
    });
  },

  async arabic(browser) {
    await visit(browser, { locale: "ar-EG" }, async (page) => {
      assert.equal(await page.evaluate(() => getComputedStyle(document.body).direction), "rtl");
      const [card, inbox] = [await page.locator(".card").boundingBox(), await page.locator("#inbox").boundingBox()];
      assert.ok(card.x > inbox.x, "the form is on the right");
      // The inbox is Arabic too: its words, how it runs, and its plural forms.
      const within = inboxOf(page);
      await within.locator('html[lang="ar"][dir="rtl"]').waitFor();
      await within.locator("#count", { hasText: "لا توجد رسائل" }).waitFor();
      await send(page, "layla@example.com");
      await page.locator('#send-message[data-kind="good"]', { hasText: "layla@example.com" }).waitFor();
      await within.locator("#count", { hasText: "رسالة واحدة" }).waitFor();
      await accessible(page, "in Arabic");
      const digits = await mailed("layla@example.com");
      await within.locator("#code", { hasText: digits }).waitFor();
      await paste(page, ` ${inDigitsFrom("٠", digits.slice(0, 3))}-${inDigitsFrom("٠", digits.slice(3))} `);
      await page.locator("#check-button").click();
      await page.locator("#done-title").waitFor();
      // Another language of the page is the inbox's as well.
      await page.locator("#language").selectOption("fr");
      await within.locator('html[lang="fr"][dir="ltr"]').waitFor();
      await within.locator("#count", { hasText: "1" }).waitFor();
      // Alone, the inbox goes by what the browser prefers, or by what is asked for.
      await go(page, INBOX_URL);
      await page.locator('html[lang="ar"]').waitFor();
      await page.locator("#list a").first().click();
      await page.locator("#mail").waitFor();
      await accessible(page, "the inbox in Arabic");
      await go(page, `${INBOX_URL}/?lang=ja`);
      await page.locator('html[lang="ja"]').waitFor();
    });
  },

  async languages(browser) {
    await visit(browser, { locale: "pt-PT" }, async (page) => {
      const options = await page.locator("#language option").evaluateAll((all) => all.map(({ value, text }) => [value, text]));
      assert.equal(options.length, 52);
      assert.equal(new Set(options.map(([, name]) => name)).size, 52, "each has its name");
      assert.equal(await page.locator("#language").inputValue(), "pt-PT");
      const titles = new Set();
      await page.setViewportSize(NARROW);
      for (const [tag] of options) {
        await page.locator("#language").selectOption(tag);
        await page.locator(`html[lang="${tag}"]`).waitFor();
        titles.add(await page.locator("h1").first().textContent());
        await fits(page);
        await inboxOf(page).locator(`html[lang="${tag}"]`).waitFor();
      }
      assert.ok(titles.size > 40, `${titles.size}`);
      await page.locator("#language").selectOption("ar");
      await page.locator('html[lang="ar"]').waitFor();
      await page.reload();
      await page.locator('html[lang="ar"][dir="rtl"]').waitFor();
    });
  },

  async tries(browser) {
    await visit(browser, { locale: "en-US" }, async (page) => {
      await send(page, "guess@example.com");
      await said(page, "send-message", "We sent a code to");
      const digits = await mailed("guess@example.com");
      const wrong = digits === "000000" ? "000001" : "000000";
      const check = async () => {
        const answered = page.waitForResponse(/verifyRegisterCode$/);
        await page.keyboard.press("Enter");
        return (await (await answered).json()).code;
      };
      await paste(page, wrong);
      for (let count = 1; count <= 5; count++) {
        assert.equal(await check(), "412");
        await said(page, "check-message", "That’s not the right code.");
        assert.equal(await page.locator("#code").getAttribute("aria-invalid"), "true");
        // What was wrong is selected, so that the next one takes its place.
        await page.waitForFunction(() => String(getSelection()) === document.querySelector("#code").value);
        await page.keyboard.type(wrong);
        assert.equal(await shown(page), wrong);
      }
      await accessible(page, "after a wrong code");
      await paste(page, digits);
      assert.equal(await check(), "406");
      await said(page, "check-message", "Too many wrong codes.");
      assert.equal(await shown(page), "");
      assert.equal(await focused(page), "send-button");
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
      await go(tab, PAGE_URL);
      await send(tab, "wait@example.com");
      await said(tab, "send-message", "A code is already on its way.");
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
      await page.keyboard.press("Tab");
      assert.equal(await focused(page), "language");
      await page.keyboard.press("Tab");
      await page.keyboard.type("keys@example.com");
      await page.keyboard.press("Tab");
      assert.equal(await focused(page), "send-button");
      await page.keyboard.press("Enter");
      await said(page, "send-message", "We sent a code to");
      assert.equal(await focused(page), "code");
      await fits(page);
      const digits = await mailed("keys@example.com");
      await page.keyboard.type(`${digits.slice(0, 2)}7`);
      await page.keyboard.press("Backspace");
      await page.keyboard.type(digits.slice(2));
      assert.equal(await shown(page), digits);
      await accessible(page, "narrow");
      await page.keyboard.press("Tab");
      assert.equal(await focused(page), "check-button");
      await page.keyboard.press("Space");
      await page.getByRole("heading", { name: "Your address is confirmed" }).waitFor();
      // The inbox alone, by keys: from the search to the first mail and down the list.
      await go(page, INBOX_URL);
      await fits(page);
      await page.locator("#list a").first().waitFor();
      await page.locator("#search").focus();
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.locator("#subject:focus").waitFor();
      await fits(page);
      await accessible(page, "the inbox, narrow");
    });
  },

  async autofill(browser) {
    await visit(browser, { locale: "en-US" }, async (page) => {
      const kinds = await page.locator("form input").evaluateAll((all) => all.map(({ autocomplete, inputMode, maxLength }) => [autocomplete, inputMode, maxLength]));
      assert.deepEqual(kinds, [["email", "email", 254], ["one-time-code", "numeric", -1]]);
      await send(page, "phone@example.com");
      await said(page, "send-message", "We sent a code to");
      await code(page).fill("123456");
      assert.equal(await shown(page), "123456");
      await paste(page, "Your code, good for 30 minutes: 654 321.");
      assert.equal(await shown(page), "654321", "the six digits, not the minutes");
      // A whole code takes the place of what was there, wherever the cursor is.
      await code(page).press("Home");
      await page.keyboard.insertText("012-345");
      assert.equal(await shown(page), "012345");
      await code(page).fill("");
      await page.keyboard.type("12 34 56");
      assert.equal(await shown(page), "123456", "typed with spaces");
    });
  },

  // What happens between a click and its answer, and afterwards.
  async slips(browser) {
    await visit(browser, { locale: "en-US" }, async (page) => {
      let release;
      const held = new Promise((resolve) => { release = resolve; });
      await page.route(/sendRegisterCode$/, async (route) => { await held; await route.continue(); });
      await send(page, "first@example.com");
      await page.locator("#email").fill("second@example.com");
      release();
      await said(page, "send-message", "first@example.com");
      assert.equal(await button(page).getAttribute("aria-disabled"), "false", "the second may be asked for");
      // What was said is said again in another language.
      await page.locator("#language").selectOption("de");
      await page.locator('html[lang="de"]').waitFor();
      await said(page, "send-message", "first@example.com");
      await page.locator("#language").selectOption("en-US");
      await page.locator('html[lang="en-US"]').waitFor();
      await paste(page, await mailed("first@example.com"));
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
    });
  },

  async copying(browser) {
    await visit(browser, { locale: "en-US", permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
      await send(page, "copy@example.com");
      const digits = await mailed("copy@example.com");
      await inboxOf(page).getByRole("button", { name: "Copy code" }).click();
      await code(page).click();
      await page.keyboard.press("ControlOrMeta+v");
      await page.waitForFunction((digits) => document.querySelector("#code").value === digits, digits);
    });
  },

  async search(browser) {
    await visit(browser, { locale: "en-US" }, async (page) => {
      for (const email of ["ada@example.com", "grace@example.org"]) {
        await send(page, email);
        await said(page, "send-message", email);
      }
      const digits = await mailed("ada@example.com");
      await mailed("grace@example.org");
      await go(page, INBOX_URL);
      const rows = page.locator("#list li");
      await rows.nth(1).waitFor();
      await page.locator("#search").fill("GRACE@");
      await page.waitForFunction(() => document.querySelectorAll("#list li").length === 1);
      await rows.filter({ hasText: "grace@example.org" }).waitFor();
      await page.locator("#search").fill(digits);
      await rows.filter({ hasText: "ada@example.com" }).waitFor();
      await page.locator("#search").fill("nobody");
      await page.locator("#none", { hasText: "No mail matches." }).waitFor();
      await accessible(page, "the inbox with nothing found");
      await page.locator("#search").fill("");
      await rows.nth(1).waitFor();
      await rows.first().locator("a").click();
      await page.locator("#mail").waitFor();
      await accessible(page, "the inbox with a mail");
    });
  },

  // A mail is in the inbox a moment before its worker has heard so.
  async behind(browser) {
    await visit(browser, { locale: "en-US" }, async (page) => {
      await page.route("**/api/ways", async (route) => {
        const response = await route.fetch();
        const ways = await response.json();
        await route.fulfill({ response, json: ways.map((way) => ({ ...way, steps: way.steps.slice(0, 1) })) });
      });
      await go(page, PAGE_URL);
      await send(page, "jane@example.com");
      await inboxOf(page).locator("#code", { hasText: await mailed("jane@example.com") }).waitFor();
    });
  },

  // To the page, requests that are broken off as it is left look like this.
  async unanswered(browser) {
    await visit(browser, { locale: "de-DE" }, async (page) => {
      for (const unanswered of ["**/texts/*", "**/api/messages", "**/api/ways", "**/api/relay"]) {
        await page.route(unanswered, (route) => route.abort("aborted"));
        for (const url of [PAGE_URL, INBOX_URL]) {
          const asked = page.waitForEvent("requestfailed");
          await go(page, url);
          await asked;
        }
        await page.unroute(unanswered);
      }
      await page.route("**/texts/de.json", (route) => route.abort("aborted"));
      await go(page, PAGE_URL);
      await page.locator("#send-button", { hasText: "Send code" }).waitFor();
      await page.unroute("**/texts/de.json");
      await page.locator("#language").selectOption("fr");
      await page.locator("#send-button", { hasText: "Envoyer" }).waitFor();
    });
  },

  // The relay says "later" to whom it sees first; the mail comes five seconds later.
  async moods(browser) {
    await visit(browser, { locale: "en-US" }, async (page) => {
      const within = inboxOf(page);
      const be = async (mood) => {
        const taken = page.waitForResponse(/api\/relay\/\w+$/);
        await within.getByLabel(mood).check();
        await taken;
      };
      await be("Refuses");
      await send(page, "nobody@example.com");
      await within.locator("#steps li", { hasText: "550 5.1.1 no such mailbox here" }).waitFor();
      await within.locator("#subject", { hasText: "Given up" }).waitFor();
      await be("Greylists");
      await send(page, "later@example.com");
      const steps = within.locator("#steps li");
      await steps.filter({ hasText: "451 4.7.1 greylisted" }).waitFor();
      await within.locator("#subject", { hasText: "Will be tried again" }).waitFor();
      await accessible(page, "with a mail that waits");
      await within.locator("#code", { hasText: await mailed("later@example.com") }).waitFor();
      const way = ["Queued", "Attempt .?1.? · Will be tried again451 4.7.1 greylisted.*", "Attempt .?2.? · Delivered"];
      await steps.nth(2).waitFor();
      for (const [at, text] of (await steps.allTextContents()).entries()) assert.match(text, new RegExp(`${way[at]}$`, "u"));
      // Another page shows the mood as well.
      await go(page, INBOX_URL);
      await page.waitForFunction(() => document.querySelector("[name=mood]:checked")?.value === "greylist");
      assert.equal(await page.locator("#list li").count(), 2);
      await page.locator("#list a", { hasText: "nobody@example.com" }).click();
      await page.locator("#subject", { hasText: "Given up" }).waitFor();
      await accessible(page, "a way without a mail");
    });
  },

  // `cargo dev --templates TEMPLATES`
  async gallery(browser) {
    // Without a scheme of the browser's own, which would be every frame's.
    await visit(browser, { locale: "en-US", colorScheme: null }, async (page) => {
      await page.getByRole("link", { name: "Mail gallery" }).click();
      await page.waitForURL(`${INBOX_URL}/gallery`);
      const mail = (tag) => page.locator(`article[data-tag="${tag}"]`);
      const inFrame = (tag, kind) => mail(tag).frameLocator(`iframe.${kind}`);
      await mail("zh-TW").waitFor();
      assert.equal(await page.locator("article").count(), 52);
      await page.getByLabel("Languages").fill("fr ar");
      await page.waitForFunction(() => document.querySelectorAll("article").length === 3);
      const ground = (kind) => inFrame("fr", kind).locator(".card").evaluate((card) => getComputedStyle(card).backgroundColor);
      assert.deepEqual([await ground("light"), await ground("dark")], ["rgb(255, 255, 255)", "rgb(27, 30, 34)"]);
      assert.equal(await mail("ar").locator(".subject").evaluate((part) => getComputedStyle(part).direction), "rtl");
      await page.getByLabel("Brand").fill("Acme & Co");
      await mail("fr").locator(".subject", { hasText: "Acme & Co" }).waitFor();
      await inFrame("fr", "light").getByText("Acme & Co").first().waitFor();
      await page.getByLabel("Digits").fill("8");
      await mail("ar").locator(".subject", { hasText: "07182936" }).waitFor();
      // A template is saved, and the page shows it by itself; then one with a mistake.
      await page.evaluate(() => { globalThis.same = true; });
      const file = path.join(TEMPLATES, "locales/fr/mail.ftl");
      await writeFile(file, "heading = Bonjour de la galerie\n");
      await inFrame("fr", "light").getByText("Bonjour de la galerie").waitFor();
      await writeFile(file, "heading = Bonjour { $nom }\n");
      await page.locator("#finding li", { hasText: `${file}:1:22` }).waitFor();
      await inFrame("fr", "light").getByText("Bonjour de la galerie").waitFor();
      await accessible(page, "the gallery with a finding");
      await writeFile(file, "heading = Re-bonjour\n");
      await page.locator("#findings").waitFor({ state: "hidden" });
      await inFrame("fr", "light").getByText("Re-bonjour").waitFor();
      assert.ok(await page.evaluate(() => globalThis.same), "nothing was loaded again");
      await page.getByLabel("Desktop, 640 px").check();
      await page.getByLabel("Text part").check();
      await accessible(page, "the gallery");
      await page.setViewportSize(NARROW);
      await fits(page);
      // Its address holds what is shown.
      await page.reload();
      await mail("fr").locator(".subject", { hasText: "Acme & Co" }).waitFor();
      assert.equal(await mail("de").count(), 0);
      // What was saved is what is sent.
      await go(page, PAGE_URL);
      await page.locator("#language").selectOption("fr");
      await page.locator('html[lang="fr"]').waitFor();
      await send(page, "marie@example.com");
      await inboxOf(page).frameLocator("#frame").getByText("Re-bonjour").waitFor();
    });
  },

  async screenshot(browser) {
    await visit(browser, { locale: "en-US", colorScheme: "light" }, async (page) => {
      await send(page, "jane@example.com");
      const digits = await mailed("jane@example.com");
      await inboxOf(page).frameLocator("#frame").getByText(digits).first().waitFor();
      await code(page).focus();
      await page.keyboard.type(digits.slice(0, 3));
      await page.screenshot({ path: SCREENSHOT });
      if (process.env.MORE) {
        await page.emulateMedia({ colorScheme: "dark" });
        await page.locator("#language").selectOption("ar");
        await page.locator('html[lang="ar"]').waitFor();
        await inboxOf(page).locator('html[lang="ar"]').waitFor();
        await page.screenshot({ path: `${process.env.MORE}/dark-ar.png` });
        await page.setViewportSize(NARROW);
        await page.emulateMedia({ colorScheme: "light" });
        await page.locator("#language").selectOption("de");
        await page.locator('html[lang="de"]').waitFor();
        await page.screenshot({ path: `${process.env.MORE}/narrow-de.png`, fullPage: true });
        await page.setViewportSize(WIDE);
        await go(page, INBOX_URL);
        await page.locator("#list a").first().click();
        await page.locator("#mail").waitFor();
        await page.screenshot({ path: `${process.env.MORE}/inbox.png` });
        await page.setViewportSize(NARROW);
        await page.screenshot({ path: `${process.env.MORE}/inbox-narrow.png` });
        await page.setViewportSize(WIDE);
        await page.goto(`${INBOX_URL}/gallery?tags=de+ar+ja&show=phone&show=light&show=dark&show=text`);
        await page.locator("article").nth(2).waitFor();
        await page.frameLocator("iframe >> nth=0").locator(".card").waitFor();
        await page.screenshot({ path: `${process.env.MORE}/gallery.png` });
      }
    });
  },
};

const journey = journeys[process.argv[2]];
if (!journey) throw new Error(`a journey is one of ${Object.keys(journeys).join(", ")}`);
// Chromium's own sandbox needs a user that is not root.
const args = process.getuid() === 0 ? ["--no-sandbox"] : [];
// On a busy machine it may take longer to start than the half minute that is usual.
const browser = await chromium.launch({ executablePath: CHROMIUM, args, timeout: 100_000 });
try {
  await journey(browser);
} finally {
  await browser.close();
}
