// The sign-up page: ask for a code, wait, enter it. What the API says is shown as it says it, in
// the language that was chosen; the page's own texts are in the JSON beside this script.
"use strict";

const $ = (id) => document.getElementById(id);
const texts = JSON.parse($("texts").textContent);
const { prefix, cooldown } = document.body.dataset;
const DIGITS = 6;

// Storage can be blocked; then the choice of a language lasts as long as the page.
const kept = {
  get: (name) => { try { return localStorage.getItem(name); } catch { return null; } },
  set: (name, value) => { try { localStorage.setItem(name, value); } catch { /* not kept */ } },
};

// --- language -----------------------------------------------------------------------------------

const locale = () => $("language").value;

// An address or a time within Arabic keeps its own direction (Unicode's FSI and PDI).
const isolated = (value) => (typeof value === "string" ? `\u2068${value}\u2069` : value);
const say = (id, values = {}) => texts[locale()][id].replace(/\{(\w+)\}/g, (_, name) => isolated(values[name]));

function preferred() {
  const tags = Object.keys(texts);
  if (tags.includes(kept.get("language"))) return kept.get("language");
  for (const wanted of navigator.languages) {
    if (tags.includes(wanted)) return wanted;
    const { language, script } = new Intl.Locale(wanted).maximize();
    if (language === "zh") return script === "Hant" ? "zh-TW" : "zh-CN";
    const near = tags.find((tag) => tag.split("-")[0] === language);
    if (near) return near;
  }
  return tags[0];
}

function speak() {
  document.documentElement.lang = locale();
  document.documentElement.dir = texts[locale()].direction;
  document.title = `${say("title")} · ${document.querySelector(".brand").textContent}`;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = say(element.dataset.text);
  boxes.forEach((box, at) => box.setAttribute("aria-label", say("digit", { number: at + 1, of: DIGITS })));
  $("inbox").title = say("inbox");
  for (const id of ["send-message", "check-message"]) tell(id, ""); // said in the other language
  draw();
}

function tell(id, text, kind = "good") {
  $(id).textContent = text;
  $(id).dataset.kind = kind;
}

// --- what the API is asked ----------------------------------------------------------------------

async function ask(call, body) {
  try {
    const answer = await fetch(`${prefix}/${call}`, { method: "POST", body });
    return await answer.json();
  } catch {
    return { success: false, msg: say("unreachable") };
  }
}

const email = () => $("email").value.trim();

// --- sending, and the wait until it can be done again -------------------------------------------

const waits = new Map(); // address → when it can be asked for again, in ms
let ticking = null;
let asked = ""; // the address whose code is checked; the field may have changed since

const left = () => Math.ceil(((waits.get(email().toLowerCase()) ?? 0) - Date.now()) / 1000);

function wait(address, seconds) {
  waits.set(address.toLowerCase(), Date.now() + seconds * 1000);
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
  $("send-label").textContent = waiting ? say("wait", { time: clock(seconds) }) : say(again ? "resend" : "send");
  clearTimeout(ticking);
  if (!waiting) return;
  ticking = setTimeout(() => {
    draw();
    if (left() <= 0) tell("send-message", say("ready"));
  }, 1000 - ((Date.now() - waits.get(email().toLowerCase())) % 1000 + 1000) % 1000);
}

$("send").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (left() > 0 || busy($("send-button"))) return;
  tell("send-message", "");
  const address = email();
  const answer = await ask("sendRegisterCode", new URLSearchParams({ email: address, locale: locale() }));
  free($("send-button"));
  const invalid = answer.code === "400";
  $("email").setAttribute("aria-invalid", invalid);
  if (answer.success) {
    wait(address, Number(cooldown));
    tell("send-message", say("sent", { email: address }));
  } else {
    if (answer.retryAfter && answer.code !== "503") wait(address, answer.retryAfter);
    tell("send-message", answer.msg, "bad");
  }
  if (invalid) $("email").focus();
  // A code is under way, or was before.
  if (answer.success || answer.code === "send.later") {
    asked = address;
    $("check").hidden = false;
    tell("check-message", "");
    clear();
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

// --- six boxes ----------------------------------------------------------------------------------

const boxes = Array.from({ length: DIGITS }, (_, at) => {
  const box = document.createElement("input");
  box.type = "text";
  box.inputMode = "numeric";
  // A phone offers the code to the first box, and all six digits land there.
  box.autocomplete = at === 0 ? "one-time-code" : "off";
  box.required = true;
  $("boxes").append(box);
  return box;
});

// Digits of any script: the API reads them all. A lone group of six wins over other numbers.
function digitsIn(text) {
  const six = text.match(/(?<!\p{Nd})\p{Nd}(?:[\s\p{Pd}]?\p{Nd}){5}(?!\p{Nd})/u);
  return (six ? six[0] : text).match(/\p{Nd}/gu) ?? [];
}

function fill(from, digits) {
  const start = digits.length >= DIGITS ? 0 : from;
  digits.slice(0, DIGITS - start).forEach((digit, at) => { boxes[start + at].value = digit; });
  const next = Math.min(start + digits.length, DIGITS - 1);
  boxes[next].focus();
  boxes[next].select();
}

function clear() {
  for (const box of boxes) {
    box.value = "";
    box.removeAttribute("aria-invalid");
  }
  boxes[0].focus();
}

boxes.forEach((box, at) => {
  for (const event of ["focus", "click"]) box.addEventListener(event, () => box.select());
  box.addEventListener("input", ({ data }) => {
    // What was typed takes the place of what was there, selected or not.
    const typed = digitsIn(data ?? "");
    const digits = typed.length > 0 ? typed : digitsIn(box.value);
    box.value = "";
    for (const other of boxes) other.removeAttribute("aria-invalid");
    if (digits.length > 0) fill(at, digits);
  });
  box.addEventListener("keydown", (event) => {
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: DIGITS - 1 }[event.key];
    if (event.key === "Backspace" && box.value === "" && at > 0) {
      boxes[at - 1].value = "";
      boxes[at - 1].focus();
    } else if (boxes[to]) {
      boxes[to].focus();
    } else {
      return;
    }
    event.preventDefault();
  });
});

$("check").addEventListener("submit", async (event) => {
  event.preventDefault();
  const empty = boxes.find((box) => box.value === "");
  if (empty) {
    tell("check-message", say("incomplete"), "bad");
    empty.focus();
    return;
  }
  if (busy($("check-button"))) return;
  const code = boxes.map((box) => box.value).join("");
  const body = new Blob([JSON.stringify({ email: asked, code, locale: locale() })], { type: "application/json" });
  const answer = await ask("verifyRegisterCode", body);
  free($("check-button"));
  if (answer.success) {
    finish();
    return;
  }
  if (["406", "412", "428"].includes(answer.code)) clear();
  if (answer.code === "412") for (const box of boxes) box.setAttribute("aria-invalid", "true");
  if (answer.code === "406") wait(asked, answer.retryAfter);
  tell("check-message", answer.msg, "bad");
});

function finish() {
  $("steps").hidden = true;
  $("done").hidden = false;
  $("done-text").textContent = say("confirmed", { email: asked });
  $("done-title").focus();
}

$("again").addEventListener("click", () => location.reload());

// --- start --------------------------------------------------------------------------------------

for (const [tag, { name }] of Object.entries(texts)) {
  const option = new Option(name, tag);
  option.lang = tag;
  $("language").append(option);
}
$("language").value = preferred();
$("language").addEventListener("change", () => {
  kept.set("language", locale());
  speak();
  if (!$("done").hidden) $("done-text").textContent = say("confirmed", { email: asked });
});
speak();
