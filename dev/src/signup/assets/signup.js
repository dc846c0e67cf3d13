// The sign-up page: ask for a code, wait, enter it. What goes wrong is told by the answer's `code`,
// in the page's own words; of a code that it does not know, it shows the API's message.
import { complain } from "/ask.js";
import { load, nameOf, say, speak, tag } from "/texts.js";

const $ = (id) => document.getElementById(id);
const { prefix, cooldown, inbox } = document.body.dataset;
const DIGITS = 6;

const WRONG = {
  400: "error-address",
  "send.later": "error-later",
  "send.limit": "error-limit",
  503: "error-unavailable",
  428: "error-no-code",
  406: "error-tries",
  412: "error-code",
  unreachable: "error-unreachable",
};

// What each message may say; the longest decides how much room it has, so that nothing jumps.
const MAY_SAY = {
  "send-message": ["sent", "ready", "error-address", "error-later", "error-limit", "error-unavailable", "error-unreachable"],
  "check-message": ["incomplete", "error-code", "error-no-code", "error-tries", "error-limit", "error-unavailable", "error-unreachable"],
};

// Storage can be blocked; then the choice of a language lasts as long as the page.
const kept = {
  get: (name) => { try { return localStorage.getItem(name); } catch { return null; } },
  set: (name, value) => { try { localStorage.setItem(name, value); } catch { /* not kept */ } },
};

// --- language -----------------------------------------------------------------------------------

const told = {}; // what each message says now, to say it again in another language

async function choose(wanted) {
  await load(wanted);
  $("language").value = tag();
  document.title = `${say("title")} · ${document.querySelector(".brand").textContent}`;
  speak();
  $("inbox").title = say("inbox");
  for (const [id, texts] of Object.entries(MAY_SAY)) {
    for (const room of document.querySelectorAll(`#${id} ~ span`)) room.remove();
    for (const text of texts) {
      const room = document.createElement("span");
      room.className = "message";
      room.textContent = say(text, { email: "reader@mail.example.com" });
      $(id).after(room);
    }
    show(id);
  }
  $("done-text").textContent = say("confirmed", { email: asked });
  draw();
  tellInbox();
}

function tell(id, text, values = {}, kind = "good") {
  told[id] = { text, values, kind };
  show(id);
}

function show(id) {
  const { text, values, kind, words } = told[id] ?? {};
  $(id).textContent = words ?? (text ? say(text, values) : "");
  $(id).dataset.kind = kind ?? "good";
}

function refuse(id, answer) {
  const text = WRONG[answer.code];
  told[id] = { text, words: text ? undefined : answer.msg, kind: "bad" };
  show(id);
}

// --- the inbox beside it ------------------------------------------------------------------------

let follow = ""; // whose new mail it opens
let listens = false; // before it is there, the frame is nobody's

function tellInbox() {
  if (listens) $("inbox").contentWindow.postMessage({ lang: tag(), follow }, inbox);
}

// --- what the API is asked ----------------------------------------------------------------------

async function ask(call, body) {
  try {
    const answer = await fetch(`${prefix}/${call}`, { method: "POST", body });
    return await answer.json();
  } catch {
    return { success: false, code: "unreachable" };
  }
}

const email = () => $("email").value.trim();

// --- sending, and the wait until it can be done again -------------------------------------------

const waits = new Map(); // address → when it can be asked for again, in ms of a clock nobody sets
let ticking = null;
let asked = ""; // the address whose code is checked; the field may have changed since

const left = () => Math.ceil(((waits.get(email().toLowerCase()) ?? 0) - performance.now()) / 1000);

function wait(address, seconds) {
  waits.set(address.toLowerCase(), performance.now() + seconds * 1000);
  draw();
}

function clock(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
}

// The button stays in reach of the keyboard while it waits, and only its end is announced.
function draw() {
  const seconds = left();
  const waiting = seconds > 0;
  const again = waits.has(email().toLowerCase());
  $("send-button").setAttribute("aria-disabled", waiting);
  $("send-button").textContent = waiting ? say("wait", { time: clock(seconds) }) : say(again ? "resend" : "send");
  clearTimeout(ticking);
  if (!waiting) return;
  const until = waits.get(email().toLowerCase()) - performance.now();
  ticking = setTimeout(() => {
    draw();
    if (left() <= 0) tell("send-message", "ready");
  }, until - (seconds - 1) * 1000);
}

$("send").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (left() > 0 || busy($("send-button"))) return;
  tell("send-message", "");
  const address = email();
  // The mail may be there before the answer is.
  follow = address;
  tellInbox();
  const answer = await ask("sendRegisterCode", new URLSearchParams({ email: address, locale: tag() }));
  free($("send-button"));
  const invalid = answer.code === "400";
  $("email").setAttribute("aria-invalid", invalid);
  if (answer.success) {
    wait(address, Number(cooldown));
    tell("send-message", "sent", { email: address });
  } else {
    if (answer.retryAfter && answer.code !== "503") wait(address, answer.retryAfter);
    refuse("send-message", answer);
  }
  if (invalid) $("email").focus();
  // A code is under way, or was before.
  if (answer.success || answer.code === "send.later") {
    asked = address;
    $("check").hidden = false;
    tell("check-message", "");
    enter("");
  }
});

$("email").addEventListener("input", () => {
  $("email").removeAttribute("aria-invalid");
  draw();
});

function busy(button) {
  const already = button.getAttribute("aria-busy") === "true";
  button.setAttribute("aria-busy", "true");
  return already;
}

function free(button) {
  button.removeAttribute("aria-busy");
}

// --- the code -----------------------------------------------------------------------------------

// Digits of any script: the API reads them all. A lone group of six wins over other numbers.
const SIX = /(?<!\p{Nd})\p{Nd}(?:[\s\p{Pd}]?\p{Nd}){5}(?!\p{Nd})/u;
const digitsIn = (text) => text.match(/\p{Nd}/gu) ?? [];

function enter(code) {
  $("code").value = code;
  $("code").removeAttribute("aria-invalid");
  $("code").focus();
}

// What is pasted or filled in may be a whole sentence, and takes the place of what was there.
$("code").addEventListener("input", ({ data }) => {
  $("code").removeAttribute("aria-invalid");
  const six = SIX.exec(data ?? "") ?? SIX.exec($("code").value);
  const code = six && digitsIn(six[0]).join("");
  if (code && code !== $("code").value) $("code").value = code;
});

$("check").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (digitsIn($("code").value).length !== DIGITS) {
    tell("check-message", "incomplete", {}, "bad");
    $("code").setAttribute("aria-invalid", "true");
    $("code").focus();
    return;
  }
  if (busy($("check-button"))) return;
  const body = JSON.stringify({ email: asked, code: $("code").value, locale: tag() });
  const answer = await ask("verifyRegisterCode", new Blob([body], { type: "application/json" }));
  free($("check-button"));
  if (answer.success) {
    finish();
    return;
  }
  refuse("check-message", answer);
  if (answer.code === "412") {
    $("code").setAttribute("aria-invalid", "true");
    $("code").focus();
    $("code").select();
  }
  if (answer.code === "406") wait(asked, answer.retryAfter);
  // This code is of no more use: the next thing to do is to ask for another.
  if (answer.code === "406" || answer.code === "428") {
    enter("");
    $("email").value = asked;
    draw();
    $("send-button").focus();
  }
});

function finish() {
  $("steps").hidden = true;
  $("done").hidden = false;
  $("done-text").textContent = say("confirmed", { email: asked });
  $("done-title").focus();
}

$("again").addEventListener("click", () => location.reload());

// --- start --------------------------------------------------------------------------------------

for (const option of $("language").options) option.textContent = nameOf(option.value);
const known = (wanted) => [...$("language").options].some(({ value }) => value === wanted);
const choice = kept.get("language");
const first = known(choice) ? choice : document.documentElement.lang;
$("language").addEventListener("change", () => {
  kept.set("language", $("language").value);
  choose($("language").value).catch(complain);
});
try {
  await choose(first);
} catch (error) {
  complain(error);
} finally {
  // Without them, the English that the page is written in.
  delete document.body.dataset.waiting;
}
$("inbox-alone").href = `${inbox}/?lang=${tag()}`;
$("inbox").addEventListener("load", () => {
  listens = true;
  tellInbox();
});
$("inbox").src = `${inbox}/?lang=${tag()}`;
