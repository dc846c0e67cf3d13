// What the list and the reader share, elements with the gallery too: elements, dates, and a word to
// screen readers.
import { say, tag } from "/texts.js";

export const $ = (id) => document.getElementById(id);
export const path = (id) => encodeURIComponent(id);
export const selected = () => decodeURIComponent(location.hash.slice(1));

export function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** Dates as the page's language writes them; called again when that changes. */
export function formats() {
  const format = (options) => new Intl.DateTimeFormat(tag(), options);
  const [time, day] = [format({ timeStyle: "short" }), format({ month: "short", day: "numeric" })];
  const [full, exact] = [format({ dateStyle: "medium", timeStyle: "medium" }), format({ timeStyle: "medium" })];
  formats.short = (date, today) => (today ? time : day).format(date);
  formats.full = (date) => full.format(date);
  formats.exact = (date) => exact.format(date);
}

/** Read out, and not seen. */
export function tell(text) {
  $("news").textContent = text;
}

export async function copy(button, text) {
  const label = button.dataset.text;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = say("inbox-copied");
    tell(say("inbox-copied"));
    setTimeout(() => { button.textContent = say(label); }, 1500);
  } catch {
    button.textContent = say("inbox-no-copy");
  }
}
