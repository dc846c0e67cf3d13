// The inbox page: the list of mails, and how it is told to change. Whatever comes from a mail goes
// into the page as text, never as markup.
import { ask, complain } from "/ask.js";
import { load as loadTexts, say, speak, tag } from "/texts.js";
import { Reader } from "/reader.js";
import { $, copy, element, formats, path, selected, tell } from "/page.js";

let items = []; // mails, and the ways of those that have not come (yet)
let total = 0;
let known = null; // ids seen so far; null until the first list came
let unread = new Set();
let follow = ""; // whose new mail opens by itself
let live = ""; // whether new mails appear by themselves, as a text's id

const reader = new Reader();
const framers = document.body.dataset.framers.split(" ");

// --- language -----------------------------------------------------------------------------------

async function speakIn(wanted) {
  await loadTexts(wanted);
  formats();
  speak();
  $("frame").title = say("inbox-html");
  if (live) $("live").textContent = say(live);
  $("list").replaceChildren();
  if (known) drawList();
  reader.again();
}

// The sign-up page around it tells its language, and whose mail its reader waits for.
addEventListener("message", ({ origin, data }) => {
  if (!framers.includes(origin)) return;
  follow = data.follow;
  if (data.lang !== tag()) speakIn(data.lang).catch(complain);
});

/** An address as the API would have it: the domain in ASCII, all in lower case. */
function normal(address) {
  const text = address.trim().normalize("NFKC").toLowerCase();
  const at = text.lastIndexOf("@");
  try {
    return text.slice(0, at + 1) + new URL(`http://${text.slice(at + 1)}`).hostname;
  } catch {
    return text;
  }
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
      const [list, ways] = await Promise.all([ask("/api/messages", "json"), ask("/api/ways", "json")]);
      take(list, ways);
      await open();
    } while (again);
  } catch (error) {
    // Where nobody answers, the event stream says so, and loads again.
    complain(error);
  } finally {
    loading = false;
  }
}

function take(list, ways) {
  const came = (way) => way.steps.some(({ what }) => what === "delivered");
  const way = (mail) => ways.find(({ id }) => mail.messageId?.startsWith(`${id}@`));
  const waiting = ways.filter((way) => !came(way)).map((way) => {
    const receivedAt = way.steps.at(-1).at;
    return { id: `way-${way.id}`, to: [way.to], receivedAt, steps: way.steps };
  });
  const mails = list.items.map((mail) => ({ ...mail, steps: way(mail)?.steps }));
  const next = [...waiting, ...mails].sort((a, b) => b.receivedAt.localeCompare(a.receivedAt));
  announce(next);
  items = next;
  total = list.total;
  drawList();
}

/** What a row and a title call it. */
const subjectOf = (mail) => (mail.id.startsWith("way-") ? state(mail) : mail.subject || say("inbox-no-subject"));

const state = (mail) => say(`way-${mail.steps.at(-1).what}`);

function announce(next) {
  const key = (mail) => `${mail.id} ${mail.id.startsWith("way-") ? mail.steps.length : ""}`;
  // At first, what came while this page was being made.
  const isFresh = known ? (mail) => !known.has(key(mail)) : ({ receivedAt }) => Date.parse(receivedAt) >= performance.timeOrigin;
  const fresh = next.filter(isFresh);
  known = new Set(next.map(key));
  const ids = new Set(next.map((mail) => mail.id));
  unread = new Set([...unread].filter((id) => ids.has(id)));
  for (const mail of fresh) unread.add(mail.id);
  if (fresh.length > 0) tell(say("inbox-new", { to: fresh[0].to.join(", "), subject: subjectOf(fresh[0]) }));
  // What is only queued will be here in a moment, one way or another; a mail is here, though its
  // worker may not have heard so yet.
  const worth = (mail) => !mail.id.startsWith("way-") || mail.steps.at(-1).what !== "queued";
  const mine = fresh.find((mail) => worth(mail) && mail.to.some((to) => follow && normal(to) === normal(follow)));
  // Without an entry in the history, which is the page's around it too.
  if (mine) location.replace(`#${path(mine.id)}`);
}

function timeOf(mail) {
  const date = new Date(mail.receivedAt);
  const today = date.toDateString() === new Date().toDateString();
  const time = element("time", formats.short(date, today));
  time.dateTime = mail.receivedAt;
  time.title = formats.full(date);
  return time;
}

function found() {
  const wanted = $("search").value.trim().toLocaleLowerCase();
  const within = (text) => text.toLocaleLowerCase().includes(wanted);
  return items.filter((mail) => within(subjectOf(mail)) || mail.to.some(within));
}

// Rows are kept by id, so that focus and scrolling survive a new mail.
function drawList() {
  const list = $("list");
  const rows = new Map([...list.children].map((row) => [row.dataset.id, row]));
  const focused = document.activeElement?.closest?.("#list li");
  const matching = found();
  const wanted = matching.map((mail) => {
    const old = rows.get(mail.id);
    if (old) old.querySelector(".subject").textContent = subjectOf(mail);
    return old ?? row(mail);
  });
  const index = focused ? [...list.children].indexOf(focused) : -1;
  const keep = new Set(wanted);
  for (const old of [...list.children]) if (!keep.has(old)) old.remove();
  wanted.forEach((line, at) => { if (list.children[at] !== line) list.insertBefore(line, list.children[at] ?? null); });
  if (focused && !focused.isConnected) list.children[Math.min(index, list.children.length - 1)]?.firstChild.focus();
  const mails = items.filter(({ id }) => !id.startsWith("way-")).length;
  $("count").textContent = say("inbox-count", { count: total });
  $("none").hidden = items.length === 0 || matching.length > 0;
  $("more").hidden = total <= mails;
  $("more").textContent = say("inbox-more", { shown: mails, total });
  $("clear").disabled = items.length === 0;
  mark();
}

function row(mail) {
  const line = element("li");
  line.dataset.id = mail.id;
  const link = element("a");
  link.href = `#${path(mail.id)}`;
  const to = element("span", mail.to.join(", "), "to");
  const subject = element("span", subjectOf(mail), "subject");
  to.dir = subject.dir = "auto";
  link.append(to, timeOf(mail), subject);
  line.append(link);
  return line;
}

// One row can be reached by Tab: the open one, or the first. Arrows lead to the others.
function mark() {
  const id = selected();
  const rows = [...$("list").children];
  const reachable = rows.find((line) => line.dataset.id === id) ?? rows[0];
  for (const line of rows) {
    if (line.dataset.id === id) line.firstChild.setAttribute("aria-current", "true");
    else line.firstChild.removeAttribute("aria-current");
    line.firstChild.tabIndex = line === reachable ? 0 : -1;
    line.classList.toggle("unread", unread.has(line.dataset.id));
  }
  document.title = `${unread.size ? `(${unread.size}) ` : ""}${say("inbox")} · Signpost`;
}

async function open() {
  const id = selected();
  if (id.startsWith("way-") && !items.some((mail) => mail.id === id)) {
    // It has come.
    const mail = items.find(({ messageId }) => messageId?.startsWith(`${id.slice("way-".length)}@`));
    location.replace(`#${mail ? path(mail.id) : ""}`);
    return;
  }
  unread.delete(id);
  mark();
  await reader.open(items, subjectOf);
}

async function remove(id) {
  const rows = found();
  const at = rows.findIndex((mail) => mail.id === id);
  const next = rows[at + 1] ?? rows[at - 1];
  await ask(`/api/messages/${path(id)}`, "text", "DELETE");
  tell(say("inbox-deleted"));
  if (selected() !== id) return;
  const wide = matchMedia("(min-width: 761px)").matches;
  location.hash = wide && next ? path(next.id) : "";
  (wide && next ? $("subject") : $("list").querySelector("a") ?? $("reader")).focus();
}

// --- hands --------------------------------------------------------------------------------------

$("list").addEventListener("keydown", (event) => {
  const line = event.target.closest("li");
  const to = { ArrowDown: line?.nextSibling, ArrowUp: line?.previousSibling }[event.key];
  if (to) { event.preventDefault(); to.firstChild.focus(); }
  if (event.key === "Delete" && line && !line.dataset.id.startsWith("way-")) remove(line.dataset.id).catch(complain);
});
// A click comes before the change of the hash that it makes.
let clicked = false;
$("list").addEventListener("click", (event) => {
  const link = event.target.closest("a");
  if (link?.hash === location.hash) $("subject").focus({ preventScroll: true });
  else clicked = Boolean(link);
});
$("search").addEventListener("input", drawList);
$("delete").addEventListener("click", () => remove(selected()).catch(complain));
$("copy-curl").addEventListener("click", () => copy($("copy-curl"), $("curl").textContent));
$("clear").addEventListener("click", () => { $("ask").returnValue = ""; $("ask").showModal(); });
$("ask").addEventListener("close", async () => {
  if ($("ask").returnValue !== "clear") return;
  try {
    await ask("/api/messages", "text", "DELETE");
    location.hash = "";
    tell(say("inbox-empty"));
  } catch (error) {
    complain(error);
  }
});
addEventListener("hashchange", () => {
  const focus = clicked;
  clicked = false;
  open().then(() => focus && $("subject").focus({ preventScroll: true })).catch(complain);
});

// --- the relay's mood ---------------------------------------------------------------------------

const moods = [...document.querySelectorAll("[name=mood]")];

async function showMood() {
  const { mood } = await ask("/api/relay", "json");
  for (const choice of moods) choice.checked = choice.value === mood;
}

for (const choice of moods) {
  choice.addEventListener("change", () => ask(`/api/relay/${choice.value}`, "text", "PUT").catch(complain));
}

// --- start --------------------------------------------------------------------------------------

function connection(state, text) {
  live = text;
  $("live").dataset.state = state;
  $("live").textContent = say(text);
}

try {
  await speakIn(document.documentElement.lang);
} catch (error) {
  complain(error);
} finally {
  // Without them, the English that the page is written in.
  delete document.body.dataset.waiting;
}
const hear = {
  open: () => connection("live", "inbox-live"),
  error: () => connection("lost", "inbox-lost"),
  change() {
    load();
    showMood().catch(() => { /* the next event asks again */ });
  },
};

// A browser has six connections for a server: of all its tabs one listens, and tells the others.
const tabs = new BroadcastChannel("inbox");
let last = null; // what the one that listens heard of its connection

function listen() {
  const events = new EventSource("/api/events");
  for (const [what, heard] of Object.entries(hear)) {
    events.addEventListener(what, () => {
      if (what !== "change") last = what;
      heard();
      tabs.postMessage(what);
    });
  }
}

tabs.addEventListener("message", ({ data }) => {
  if (data !== "who") hear[data]();
  else if (last) for (const what of [last, "change"]) tabs.postMessage(what);
});
tabs.postMessage("who");
// It is the next one's when this tab is closed. Only a page of this machine, or over TLS, has
// locks, and no frame of another site.
try {
  navigator.locks.request("inbox", () => { listen(); return new Promise(() => {}); }).catch(listen);
} catch {
  listen();
}
