// caniemail.com's data on every mail: node caniemail.mjs FOLDER
//
// What Gmail, Outlook and Apple Mail lack has to be listed here, with what their readers get
// instead. What they have in part is not looked at.
import { broken, mails, verdict } from "./mails.mjs";

const { caniemail, rawData } = await import(`${process.env.TOOLS}/mail/node_modules/caniemail/dist/index.js`);

const INSTEAD = {
  "<body> element": "Outlook for Mac: the outermost table has its colour, language and direction as well",
  "<style> element": "Gmail in a phone's browser: light colours and wider margins, which are inline",
  "@media": "the same, and in Outlook for Windows too",
  "Class selector": "the same",
  "Descendant combinator": "the same",
  "Attribute selector": "[data-ogsc] and [data-ogsb] are for Outlook's apps and Outlook.com, which have it",
  "border-radius": "Outlook for Windows: square corners",
  "display:none": "Gmail in a phone's browser: max-height and overflow hide the preview line",
  overflow: "Outlook for Windows: mso-hide hides the preview line",
  "role attribute": "Windows Mail: the tables are announced as tables, and read in the right order",
  "table-layout": "Outlook: only a brand that is one very long word makes its table wider",
  "word-wrap": "the same",
  "user-select": "a double click selects the code",
  "white-space": "no line breaks between digits",
};

// Each client's newest version counts, which is the last: the package sorts versions as text. It
// stops at clients that a feature was not tested in, and has no name for Outlook.com: of that and
// of Windows Mail the one that has less counts.
const CLIENTS = {
  gmail: ["desktop-webmail", "ios", "android", "mobile-webmail"],
  outlook: ["windows", "windows-mail", "macos", "ios", "android"],
  "apple-mail": ["macos", "ios"],
};
for (const { stats } of rawData.data) {
  for (const [family, clients] of Object.entries(CLIENTS)) {
    const newest = (client) => Object.values(stats[family]?.[client] ?? {}).at(-1) ?? "u";
    const support = clients.map((client) => {
      const also = client === "windows-mail" && newest("outlook-com").startsWith("n");
      return [client, { newest: newest(also ? "outlook-com" : client) }];
    });
    stats[family] = Object.fromEntries(support);
  }
}

/** The features that a client lacks, each with those clients. */
function lacking(html) {
  const clients = Object.keys(CLIENTS).map((family) => `${family}.*`);
  const features = new Map();
  for (const [client, issues] of caniemail({ clients, html }).issues.errors) {
    for (const { title } of issues) features.set(title, (features.get(title) ?? new Set()).add(client));
  }
  return features;
}

const all = mails(process.argv[2]);
const findings = [];
const used = new Set();
for (const { tag, html } of all) {
  for (const [feature, clients] of lacking(html)) {
    used.add(feature);
    if (!(feature in INSTEAD)) findings.push(`${tag}.html: ${feature} is not in ${[...clients].join(", ")}`);
  }
}
for (const feature in INSTEAD) {
  if (!used.has(feature)) findings.push(`${feature} is listed, and not used or not lacking`);
}
for (const [instead, feature] of [
  ["<bdi>a</bdi></td>", "<bdi> element"],
  ['<p style="display:grid">a</p></td>', "display:grid"],
]) {
  if (!lacking(broken(all, "</td>", instead)).has(feature)) findings.push(`nothing is wrong with ${instead}`);
}
verdict(all.length, findings);
