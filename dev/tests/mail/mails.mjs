// What the scripts of this folder share: the mails of a folder, a page of Chromium, the verdict.
//
// TOOLS is the folder into which ./test installs tools, CHROMIUM the browser.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

/** A package of test-tools/FOLDER. */
export const tool = (folder, name) => createRequire(`${process.env.TOOLS}/${folder}/package.json`)(name);

/** The HTML of every mail in a folder, by locale. */
export function mails(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith(".html")).sort();
  return names.map((name) => {
    const path = resolve(folder, name);
    return { tag: name.replace(/\.html$/, ""), url: `file://${path}`, html: readFileSync(path, "utf8") };
  });
}

/** The first mail with one thing broken; the check that takes it has seen nothing. */
export function broken([{ html }], whole, instead) {
  const result = html.replace(whole, instead);
  if (result === html) throw new Error(`there is no ${whole} to break`);
  return result;
}

/** Does something in a page of Chromium, and nothing that it opens can be reached from outside. */
export async function inPage(options, work) {
  const { chromium } = tool("browser", "playwright-core");
  // Chromium's own sandbox needs a user that is not root.
  const args = process.getuid() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args });
  try {
    return await work(await browser.newPage({ offline: true, ...options }));
  } finally {
    await browser.close();
  }
}

/** Says what was found, and fails if that is anything. */
export function verdict(count, findings) {
  for (const finding of findings) console.log(finding);
  console.log(`${count} mails, ${findings.length} findings`);
  process.exitCode = count > 0 && findings.length === 0 ? 0 : 1;
}
