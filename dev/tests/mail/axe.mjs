// axe-core on every mail, on a phone and wider, in light and in dark: node axe.mjs FOLDER...
import { broken, inPage, mails, tool, verdict } from "./mails.mjs";

const { source } = tool("browser", "axe-core");

const OPTIONS = {
  resultTypes: ["violations"],
  preload: false,
  selectors: false,
  // A client shows the mail within a page of its own, and the landmarks are that page's.
  rules: { region: { enabled: false }, "landmark-one-main": { enabled: false } },
};

async function violations(page) {
  await page.evaluate(source);
  const found = [];
  for (const width of [320, 640]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      const { violations } = await page.evaluate((options) => globalThis.axe.run(document, options), OPTIONS);
      for (const { id, impact, help, nodes } of violations) {
        const where = nodes.map(({ html, any }) => `${any[0]?.message ?? ""} ${html}`).join("; ");
        found.push({ id, text: `at ${width} px, ${colorScheme}: ${id} (${impact}): ${help}: ${where}` });
      }
    }
  }
  return found;
}

const all = process.argv.slice(2).flatMap(mails);
const findings = [];
await inPage({}, async (page) => {
  for (const { url } of all) {
    await page.goto(url);
    for (const { text } of await violations(page)) findings.push(`${url} ${text}`);
  }
  for (const [whole, instead, id, times] of [
    ["color:#374151", "color:#aaaaaa", "color-contrast", 2],
    [".plain { color: #c9ced6", ".plain { color: #374151", "color-contrast", 2],
    [/ lang="[^"]*"/, "", "html-has-lang", 4],
  ]) {
    await page.setContent(broken(all, whole, instead));
    const found = (await violations(page)).filter((violation) => violation.id === id);
    if (found.length !== times) findings.push(`${id} was found ${found.length} times with ${instead}`);
  }
});
verdict(all.length, findings);
