// The inbox page. Whatever comes from a mail goes into the page as text, never as markup; its HTML
// is shown by a frame that may run and load nothing.
"use strict";

const $ = (id) => document.getElementById(id);
const path = (id) => encodeURIComponent(id);
const TABS = ["text", "html", "raw"];

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "short" });
const day = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

let items = [];
let known = null; // ids seen so far; null until the first list came
let unread = new Set();
let shown = null; // the mail that is open
let preferred = "html";

const selected = () => decodeURIComponent(location.hash.slice(1));

class Unreachable extends Error {}

async function ask(url, method = "GET") {
  const answer = await fetch(url, { method }).catch((cause) => { throw new Unreachable(url, { cause }); });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer;
}

// --- the list -----------------------------------------------------------------------------------

let loading = false;
let again = false;

async function load() {
  if (loading) { again = true; return; }
  loading = true;
  try {
    do {
      again = false;
      const list = await (await ask("/api/messages")).json();
      announce(list.items);
      items = list.items;
      drawList(list.total);
    } while (again);
    await open();
  } catch (error) {
    // Nobody answers, or this page is being left: the event stream says so, and loads again.
    if (!(error instanceof Unreachable)) console.error(error);
  } finally {
    loading = false;
  }
}

function announce(next) {
  const ids = new Set(next.map((mail) => mail.id));
  const fresh = known ? next.filter((mail) => !known.has(mail.id)) : [];
  known = ids;
  unread = new Set([...unread].filter((id) => ids.has(id)));
  for (const mail of fresh) unread.add(mail.id);
  if (fresh.length === 1) say(`New mail to ${fresh[0].to.join(", ")}: ${fresh[0].subject || "no subject"}`);
  if (fresh.length > 1) say(`${fresh.length} new mails`);
}

function say(text) {
  $("news").textContent = text;
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function timeOf(mail) {
  const date = new Date(mail.receivedAt);
  const today = date.toDateString() === new Date().toDateString();
  const time = element("time", (today ? clock : day).format(date));
  time.dateTime = mail.receivedAt;
  time.title = full.format(date);
  return time;
}

// Rows are kept by id, so that focus and scrolling survive a new mail.
function drawList(total) {
  const list = $("list");
  const rows = new Map([...list.children].map((row) => [row.dataset.id, row]));
  const focused = document.activeElement?.closest?.("#list li");
  const wanted = items.map((mail) => rows.get(mail.id) ?? row(mail));
  const index = focused ? [...list.children].indexOf(focused) : -1;
  const keep = new Set(wanted);
  for (const old of [...list.children]) if (!keep.has(old)) old.remove();
  wanted.forEach((line, at) => { if (list.children[at] !== line) list.insertBefore(line, list.children[at] ?? null); });
  if (focused && !focused.isConnected) list.children[Math.min(index, list.children.length - 1)]?.firstChild.focus();
  $("count").textContent = total === 1 ? "1 mail" : `${total.toLocaleString()} mails`;
  $("more").hidden = total <= items.length;
  $("more").textContent = `The newest ${items.length} of ${total.toLocaleString()} are shown.`;
  $("clear").disabled = total === 0;
  document.title = `${unread.size ? `(${unread.size}) ` : ""}Inbox · Signpost`;
  mark();
}

function row(mail) {
  const line = element("li");
  line.dataset.id = mail.id;
  const link = element("a");
  link.href = `#${path(mail.id)}`;
  const to = element("span", mail.to.join(", "), "to");
  const subject = element("span", mail.subject || "(no subject)", "subject");
  to.dir = subject.dir = "auto";
  link.append(to, timeOf(mail), subject);
  line.append(link);
  return line;
}

function mark() {
  const id = selected();
  for (const line of $("list").children) {
    const here = line.dataset.id === id;
    if (here) line.firstChild.setAttribute("aria-current", "true");
    else line.firstChild.removeAttribute("aria-current");
    line.classList.toggle("unread", unread.has(line.dataset.id));
  }
}

// --- the mail -----------------------------------------------------------------------------------

function view(name) {
  document.body.dataset.view = name === "choose" ? "list" : name === "empty" ? "empty" : "mail";
  for (const id of ["empty", "choose", "gone", "mail"]) $(id).hidden = id !== name;
}

async function open() {
  const id = selected();
  if (!id || id === "reader") {
    shown = null;
    view(items.length ? "choose" : "empty");
    mark();
    return;
  }
  unread.delete(id);
  document.title = `${unread.size ? `(${unread.size}) ` : ""}Inbox · Signpost`;
  mark();
  if (shown?.id === id && known?.has(id)) return;
  const answer = await ask(`/api/messages/${path(id)}`);
  const mail = answer && (await answer.json());
  if (selected() !== id) return;
  const same = mail && shown?.id === id;
  shown = mail;
  if (same) return;
  if (!mail) { view(items.length ? "gone" : "empty"); return; }
  draw(mail);
}

function draw(mail) {
  $("subject").textContent = mail.subject || "(no subject)";
  $("from").textContent = mail.from;
  $("to").textContent = mail.to.join(", ");
  $("time").dateTime = mail.receivedAt;
  $("time").textContent = full.format(new Date(mail.receivedAt));
  const { envelope } = mail;
  $("envelope").textContent = [
    envelope.from ? `from ${envelope.from}` : "no sender",
    envelope.helo && `by ${envelope.helo}`,
    envelope.tls ? "encrypted" : "plain text",
    envelope.authenticated && "authenticated",
    `${mail.size.toLocaleString()} bytes`,
  ].filter(Boolean).join(" · ");
  for (const id of ["subject", "text"]) {
    if (mail.language) $(id).lang = mail.language;
    else $(id).removeAttribute("lang");
  }

  const code = /(?<!\d)\d{4,10}(?!\d)/.exec(mail.subject)?.[0];
  $("code-row").hidden = !code;
  $("code").textContent = code ?? "";
  $("copy-code").textContent = "Copy code";

  $("text").textContent = mail.text ?? "";
  $("raw").textContent = "";
  $("frame").removeAttribute("src");
  $("tab-text").disabled = mail.text === null;
  $("tab-html").disabled = !mail.hasHtml;
  choose(preferred);
  view("mail");
  $("reader").scrollTop = 0;
}

function choose(name) {
  if ($(`tab-${name}`).disabled) name = TABS.find((tab) => !$(`tab-${tab}`).disabled);
  for (const tab of TABS) {
    const here = tab === name;
    $(`tab-${tab}`).setAttribute("aria-selected", String(here));
    $(`tab-${tab}`).tabIndex = here ? 0 : -1;
    $(`panel-${tab}`).hidden = !here;
  }
  if (name === "html" && !$("frame").hasAttribute("src")) $("frame").src = `/messages/${path(shown.id)}/html`;
  if (name === "raw" && !$("raw").textContent) source(shown.id);
}

async function source(id) {
  const answer = await ask(`/messages/${path(id)}/raw`);
  const text = answer ? await answer.text() : "";
  if (shown?.id === id) $("raw").textContent = text;
}

async function remove(id) {
  const at = items.findIndex((mail) => mail.id === id);
  const next = items[at + 1] ?? items[at - 1];
  await ask(`/api/messages/${path(id)}`, "DELETE");
  say("Mail deleted");
  if (selected() !== id) return;
  const wide = matchMedia("(min-width: 761px)").matches;
  location.hash = wide && next ? path(next.id) : "";
  (wide && next ? $("subject") : $("list").querySelector("a") ?? $("reader")).focus();
}

// --- hands --------------------------------------------------------------------------------------

async function copy(button, text, label) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
    say("Copied");
    setTimeout(() => { button.textContent = label; }, 1500);
  } catch {
    button.textContent = "Cannot copy here";
  }
}

for (const tab of TABS) $(`tab-${tab}`).addEventListener("click", () => choose(preferred = tab));
document.querySelector("[role=tablist]").addEventListener("keydown", (event) => {
  const free = TABS.filter((tab) => !$(`tab-${tab}`).disabled);
  const at = free.findIndex((tab) => `tab-${tab}` === event.target.id);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: free.length - 1 }[event.key];
  if (to === undefined || at < 0) return;
  event.preventDefault();
  preferred = free.at(to % free.length);
  choose(preferred);
  $(`tab-${preferred}`).focus();
});
$("list").addEventListener("keydown", (event) => {
  const line = event.target.closest("li");
  const to = { ArrowDown: line?.nextSibling, ArrowUp: line?.previousSibling }[event.key];
  if (to) { event.preventDefault(); to.firstChild.focus(); }
  if (event.key === "Delete" && line) remove(line.dataset.id).catch(console.error);
});
$("list").addEventListener("click", (event) => {
  if (event.target.closest("a")) open().then(() => $("subject").focus({ preventScroll: true })).catch(console.error);
});
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  $("reader").focus();
});
$("delete").addEventListener("click", () => remove(shown.id).catch(console.error));
$("copy-code").addEventListener("click", () => copy($("copy-code"), $("code").textContent, "Copy code"));
$("copy-curl").addEventListener("click", () => copy($("copy-curl"), $("curl").textContent, "Copy"));
$("clear").addEventListener("click", () => { $("ask").returnValue = ""; $("ask").showModal(); });
$("ask").addEventListener("close", async () => {
  if ($("ask").returnValue !== "clear") return;
  await ask("/api/messages", "DELETE");
  location.hash = "";
  say("All mails deleted");
});
addEventListener("hashchange", () => open().catch(console.error));

const events = new EventSource("/api/events");
const live = (state, text) => { $("live").dataset.state = state; $("live").textContent = text; };
events.addEventListener("open", () => live("live", "live"));
events.addEventListener("error", () => live("lost", "lost, trying again"));
events.addEventListener("change", load);
