// Nothing in a mail is wider than a phone of 320 px: node fits.mjs FOLDER...
import { broken, inPage, mails, verdict } from "./mails.mjs";

/** Run in the page: what does not fit, of the whole, of boxes and of the text within them. */
function tooWide() {
  const { scrollWidth, clientWidth } = document.documentElement;
  const found = scrollWidth > clientWidth ? [`the page is ${scrollWidth} px wide`] : [];
  const range = document.createRange();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_ALL);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const cell = (node.parentElement.closest("td") ?? document.documentElement).getBoundingClientRect();
    if (node.nodeType === Node.TEXT_NODE) range.selectNodeContents(node);
    else if (node.nodeType !== Node.ELEMENT_NODE) continue;
    for (const box of (node.nodeType === Node.TEXT_NODE ? range : node).getClientRects()) {
      // Glyphs are laid out in fractions of a pixel.
      if (box.width > 0 && (box.right > cell.right + 0.5 || box.left < cell.left - 0.5)) {
        found.push(`${node.nodeName} from ${box.left} to ${box.right} in ${cell.left} to ${cell.right}: ${node.textContent.slice(0, 80)}`);
      }
    }
  }
  return found;
}

const all = process.argv.slice(2).flatMap(mails);
const findings = [];
await inPage({ viewport: { width: 320, height: 800 } }, async (page) => {
  for (const { url } of all) {
    await page.goto(url);
    for (const found of await page.evaluate(tooWide)) findings.push(`${url}: ${found}`);
  }
  for (const [whole, instead] of [["word-wrap:break-word", ""], ["max-width:480px", "width:400px"]]) {
    await page.setContent(broken(all, whole, instead));
    if ((await page.evaluate(tooWide)).length === 0) findings.push(`all fits with "${instead}" for ${whole}`);
  }
});
verdict(all.length, findings);
