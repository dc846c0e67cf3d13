// The gallery: asks for all mails as the form above them has it, and again whenever a template was
// saved. A frame is replaced only when its mail has changed.
import { $, element } from "/page.js";

const form = $("wish");
const WISH = ["brand", "color", "support", "digits", "minutes"];

let mails = [];

// The form is in the page's address, so that a reload or a colleague sees the same.
const kept = new URLSearchParams(location.search);
for (const [name, value] of kept) {
  const field = form.elements[name];
  if (field && name !== "show") field.value = value;
}
if (kept.has("show")) for (const box of form.elements.show) box.checked = kept.getAll("show").includes(box.value);

/** What the server is asked: without what was left empty. */
function wish() {
  const data = new FormData(form);
  return new URLSearchParams(WISH.map((name) => [name, data.get(name).trim()]).filter(([, value]) => value));
}

const shown = () => new FormData(form).getAll("show");

function wanted(mail) {
  const tags = form.elements.tags.value.toLowerCase().split(/[\s,]+/).filter(Boolean);
  return tags.length === 0 || tags.includes("all") || tags.some((tag) => mail.tag.toLowerCase() === tag || mail.tag.toLowerCase().startsWith(`${tag}-`));
}

// --- one mail -----------------------------------------------------------------------------------

function card(mail) {
  const made = element("article", "", "mail");
  made.dataset.tag = mail.tag;
  const title = element("h2", mail.tag);
  title.id = `mail-${mail.tag}`;
  made.setAttribute("aria-labelledby", title.id);
  const head = element("dl");
  for (const name of ["from", "subject"]) {
    const line = element("div");
    line.append(element("dt", name === "from" ? "From" : "Subject"), element("dd", "", name));
    head.append(line);
  }
  made.append(title, head, element("p", "", "error"), element("pre", "", "text"), element("div", "", "frames"));
  return made;
}

function fill(made, mail) {
  for (const name of ["from", "subject", "text"]) {
    const part = made.querySelector(`.${name}`);
    part.textContent = mail[name];
    part.lang = mail.tag;
    part.dir = name === "from" ? "auto" : mail.dir;
  }
  made.querySelector(".text").hidden = !shown().includes("text");
  made.querySelector(".error").textContent = mail.error ?? "";
  const frames = made.querySelector(".frames");
  const wide = ["phone", "desktop"].filter((name) => shown().includes(name));
  const schemes = ["light", "dark"].filter((name) => shown().includes(name));
  const kinds = mail.error ? [] : wide.flatMap((width) => schemes.map((scheme) => [width, scheme]));
  const old = new Map([...frames.children].map((frame) => [frame.dataset.source, frame]));
  frames.replaceChildren(...kinds.map(([width, scheme]) => {
    const url = `/gallery/mail?tag=${mail.tag}&${wish()}&mark=${mail.mark}`;
    return old.get(`${width} ${scheme} ${url}`) ?? frame(mail.tag, width, scheme, url);
  }));
}

// A new frame, and not a new address of the old one: that would be an entry in the history.
function frame(tag, width, scheme, url) {
  const made = element("iframe", "", `${width} ${scheme}`);
  made.dataset.source = `${width} ${scheme} ${url}`;
  made.title = `${tag}, ${width}, ${scheme}`;
  made.loading = "lazy";
  made.setAttribute("sandbox", "");
  made.src = url;
  return made;
}

function draw() {
  const old = new Map([...$("mails").querySelectorAll("article")].map((made) => [made.dataset.tag, made]));
  const all = mails.filter(wanted).map((mail) => {
    const made = old.get(mail.tag) ?? card(mail);
    fill(made, mail);
    return made;
  });
  // Those that stay are not moved: a frame that is moved loads again.
  const keep = new Set(all);
  for (const made of old.values()) if (!keep.has(made)) made.remove();
  all.forEach((made, at) => {
    const there = $("mails").children[at];
    if (there !== made) $("mails").insertBefore(made, there ?? null);
  });
}

// --- asking -------------------------------------------------------------------------------------

let asking = null;

async function load() {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(`/gallery/mails?${wish()}`, { signal: asking.signal });
    const told = answer.ok ? await answer.json() : { findings: [], wrong: await answer.text(), mails: [] };
    if (!told.wrong) mails = told.mails;
    const lines = [...told.findings, ...(told.wrong ? [told.wrong] : [])];
    $("findings").hidden = lines.length === 0;
    $("finding").replaceChildren(...lines.map((line) => element("li", line)));
    draw();
    $("news").textContent = lines.length ? lines[0] : `${mails.length} mails`;
  } catch (error) {
    // A later question took its place, or nobody answers: the event stream asks again.
    if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
  }
}

form.addEventListener("input", (event) => {
  const data = [...new FormData(form)].filter(([, value]) => value);
  history.replaceState(null, "", `?${new URLSearchParams(data)}`);
  if (WISH.includes(event.target.name)) load();
  else draw();
});
form.addEventListener("submit", (event) => event.preventDefault());
new EventSource("/gallery/events").addEventListener("change", load);
