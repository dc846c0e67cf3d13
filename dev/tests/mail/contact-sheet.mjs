// One picture of the mails of every locale as a phone shows them, with some in the dark:
// node contact-sheet.mjs FOLDER PICTURE
import { inPage, mails } from "./mails.mjs";

const PHONE = { width: 360, height: 680 };
const COLUMNS = 10;
const IN_THE_DARK = ["en-US", "zh-CN", "ar", "hi", "ja", "ko", "ru", "th"];

const [folder, path] = process.argv.slice(2);
const all = mails(folder).map((mail) => ({ ...mail, colorScheme: "light" }));
const dark = all.filter(({ tag }) => IN_THE_DARK.includes(tag));

await inPage({ viewport: PHONE }, async (page) => {
  const cells = [];
  for (const { tag, url, colorScheme } of [...all, ...dark.map((mail) => ({ ...mail, colorScheme: "dark" }))]) {
    await page.emulateMedia({ colorScheme });
    await page.goto(url);
    const picture = (await page.screenshot()).toString("base64");
    cells.push(`<figure><img alt="" src="data:image/png;base64,${picture}"><figcaption>${tag}</figcaption></figure>`);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 2000, height: 1000 });
  await page.setContent(`<style>
    body { margin: 8px; background: #fff; display: grid; grid-template-columns: repeat(${COLUMNS}, 1fr); gap: 8px; }
    figure { margin: 0; font: 14px sans-serif; text-align: center; }
    img { width: 100%; display: block; margin-bottom: 2px; }
  </style>${cells.join("")}`);
  await page.screenshot({ path, fullPage: true });
});
