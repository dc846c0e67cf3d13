// The words of a page: one language at a time, as the server makes them of the Fluent files.
import { ask } from "/ask.js";

let language = { tag: "en-US", dir: "ltr", texts: {} };
let plural = new Intl.PluralRules(language.tag);

export const tag = () => language.tag;

/** Fetches a language and speaks it from then on. */
export async function load(wanted) {
  const found = await ask(`/texts/${encodeURIComponent(wanted)}.json`, "json");
  if (!found) throw new Error(`no texts for ${wanted}`);
  language = found;
  plural = new Intl.PluralRules(language.tag);
  document.documentElement.lang = language.tag;
  document.documentElement.dir = language.dir;
}

/** The text of that id. An address within Arabic keeps its own direction (Unicode's FSI and PDI). */
export function say(id, values = {}) {
  const chosen = (choices, number) => choices[number] ?? choices[plural.select(number)] ?? choices.other;
  const whole = (parts) => parts.map(part).join("");
  const part = (one) => (typeof one === "string" ? one : whole(Array.isArray(one) ? one : chosen(one, values[one.by])));
  const text = whole(language.texts[id] ?? []);
  const shown = (value) => (typeof value === "number" ? value.toLocaleString(language.tag) : `\u2068${value}\u2069`);
  return text.replace(/\{(\w+)\}/g, (_, name) => shown(values[name]));
}

/** Fills in what never changes: elements that name their text, their label or their placeholder. */
export function speak() {
  const each = (name, fill) => {
    for (const element of document.querySelectorAll(`[data-${name}]`)) fill(element, say(element.dataset[name]));
  };
  each("text", (element, text) => { element.textContent = text; });
  each("label", (element, text) => element.setAttribute("aria-label", text));
  each("placeholder", (element, text) => { element.placeholder = text; });
}

/** What a language calls itself. */
export function nameOf(tag) {
  const name = new Intl.DisplayNames([tag], { type: "language", languageDisplay: "standard" }).of(tag);
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}
