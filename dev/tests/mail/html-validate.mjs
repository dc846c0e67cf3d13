// html-validate on every mail: node html-validate.mjs FOLDER
import { broken, mails, tool, verdict } from "./mails.mjs";

const { HtmlValidate, StaticConfigLoader } = tool("mail", "html-validate");

// Outlook for Windows lays out with Word, which reads these where it does not read CSS.
const OLD = ["width", "align", "cellpadding", "cellspacing"];
const current = Object.fromEntries(OLD.map((name) => [name, { deprecated: false }]));

const validator = new HtmlValidate(
  new StaticConfigLoader({
    root: true,
    extends: ["html-validate:recommended"],
    elements: ["html5", { table: { attributes: current }, td: { attributes: { align: current.align } } }],
    rules: {
      // Gmail drops the style block of some readers, so each element carries its own style.
      "no-inline-style": "off",
      // Word draws a width limit by a table that only it sees.
      "no-conditional-comment": "off",
      // Every parser adds it; a mail is smaller without.
      "prefer-tbody": "off",
    },
  }),
);

async function problems(html) {
  const { results } = await validator.validateString(html);
  return results.flatMap(({ messages }) => messages);
}

const all = mails(process.argv[2]);
const findings = [];
for (const { tag, html } of all) {
  for (const { line, column, message, ruleId } of await problems(html)) {
    findings.push(`${tag}.html:${line}:${column}: ${message} (${ruleId})`);
  }
}
for (const [whole, instead, rule] of [
  ["</h1>", "", "close-order"],
  ["<td align=", "<td bgcolor=", "no-deprecated-attr"],
  ['lang="', 'lang="en" lang="', "no-dup-attr"],
]) {
  const found = await problems(broken(all, whole, instead));
  if (!found.some(({ ruleId }) => ruleId === rule)) findings.push(`${rule} finds nothing wrong with ${instead}`);
}
verdict(all.length, findings);
