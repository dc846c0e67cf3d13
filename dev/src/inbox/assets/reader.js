// The opened mail. Its HTML is shown by a frame that may run and load nothing.
import { ask, complain } from "/ask.js";
import { say } from "/texts.js";
import { $, copy, element, formats, path, selected } from "/page.js";

const TABS = ["text", "html", "raw"];

function view(name) {
  document.body.dataset.view = name === "choose" ? "list" : name === "empty" ? "empty" : "mail";
  for (const id of ["empty", "choose", "gone", "mail"]) $(id).hidden = id !== name;
}

export class Reader {
  #shown = null; // the mail that is open
  #preferred = "html";
  #last = null; // what it was opened with, to draw it in another language

  constructor() {
    for (const tab of TABS) $(`tab-${tab}`).addEventListener("click", () => {
      // A link may have led its frame away.
      if (tab === "html") $("frame").removeAttribute("src");
      this.#choose((this.#preferred = tab));
    });
    document.querySelector("[role=tablist]").addEventListener("keydown", (event) => this.#key(event));
    $("copy-code").addEventListener("click", () => copy($("copy-code"), $("code").textContent));
  }

  /** Shows what is selected, if it is there. */
  async open(items, subjectOf) {
    this.#last = [items, subjectOf];
    const id = selected();
    const item = items.find((mail) => mail.id === id);
    if (!id) {
      this.#shown = null;
      view(items.length ? "choose" : "empty");
      return;
    }
    if (id.startsWith("way-") && item) {
      this.#shown = null;
      this.#head(item, subjectOf);
      view("mail");
      return;
    }
    if (this.#shown?.id === id && item) {
      this.#shown.steps = item.steps;
      this.#way(item.steps);
      return;
    }
    const answer = await ask(`/api/messages/${path(id)}`, "json");
    const mail = answer && { ...answer, steps: item?.steps };
    // Meanwhile another one may have been selected, or this one opened already.
    if (selected() !== id || (mail && this.#shown?.id === id)) return;
    this.#shown = mail;
    if (!mail) { view(items.length ? "gone" : "empty"); return; }
    this.#head(mail, subjectOf);
    this.#body(mail);
    view("mail");
    $("reader").scrollTop = 0;
  }

  again() {
    if (!this.#last) return;
    const [items, subjectOf] = this.#last;
    const item = this.#shown ?? items.find((mail) => mail.id === selected());
    if (item && (this.#shown || item.id.startsWith("way-"))) this.#head(item, subjectOf);
  }

  /** Of a mail that has not come there are only its reader and its way. */
  #head(mail, subjectOf) {
    const came = mail.envelope !== undefined;
    for (const id of ["from-row", "time-row", "envelope", "delete", "body"]) $(id).hidden = !came;
    $("subject").textContent = subjectOf(mail);
    $("to").textContent = mail.to.join(", ");
    this.#way(mail.steps);
    const code = came && /(?<!\d)\d{4,10}(?!\d)/.exec(mail.subject)?.[0];
    $("code-row").hidden = !code;
    $("code").textContent = code || "";
    for (const id of ["subject", "text"]) {
      if (mail.language) $(id).lang = mail.language;
      else $(id).removeAttribute("lang");
    }
    if (!came) return;
    $("from").textContent = mail.from;
    $("time").dateTime = mail.receivedAt;
    $("time").textContent = formats.full(new Date(mail.receivedAt));
    const { envelope } = mail;
    $("envelope").textContent = [
      `MAIL FROM:<${envelope.from}>`,
      envelope.helo && `EHLO ${envelope.helo}`,
      envelope.tls && "TLS",
      envelope.authenticated && "AUTH",
      `${mail.size.toLocaleString("en")} B`,
    ].filter(Boolean).join(" · ");
  }

  #way(steps) {
    $("way").hidden = !steps;
    $("steps").replaceChildren(...(steps ?? []).map((step) => {
      const line = element("li");
      line.dataset.what = step.what;
      const time = element("time", formats.exact(new Date(step.at)));
      time.dateTime = step.at;
      const said = step.what === "queued" || !step.attempt ? "" : `${say("way-attempt", { number: step.attempt })} · `;
      line.append(time, element("span", `${said}${say(`way-${step.what}`)}`));
      if (step.words) {
        const words = element("code", step.words);
        words.dir = "ltr";
        line.append(words);
      }
      return line;
    }));
  }

  #body(mail) {
    $("text").textContent = mail.text ?? "";
    $("raw").textContent = "";
    $("tab-text").disabled = mail.text === null;
    $("tab-html").disabled = !mail.hasHtml;
    this.#choose(this.#preferred);
  }

  #choose(name) {
    if ($(`tab-${name}`).disabled) name = TABS.find((tab) => !$(`tab-${tab}`).disabled);
    for (const tab of TABS) {
      const here = tab === name;
      $(`tab-${tab}`).setAttribute("aria-selected", String(here));
      $(`tab-${tab}`).tabIndex = here ? 0 : -1;
      $(`panel-${tab}`).hidden = !here;
    }
    const html = `/messages/${path(this.#shown.id)}/html`;
    if (name === "html" && $("frame").getAttribute("src") !== html) $("frame").src = html;
    if (name === "raw" && !$("raw").textContent) this.#source(this.#shown.id).catch(complain);
  }

  async #source(id) {
    const text = await ask(`/messages/${path(id)}/raw`, "text");
    if (this.#shown?.id === id) $("raw").textContent = text ?? "";
  }

  #key(event) {
    const free = TABS.filter((tab) => !$(`tab-${tab}`).disabled);
    const at = free.findIndex((tab) => `tab-${tab}` === event.target.id);
    // In a language from right to left, the next tab is on the left.
    const onwards = getComputedStyle(document.body).direction === "rtl" ? -1 : 1;
    const to = { ArrowRight: at + onwards, ArrowLeft: at - onwards, Home: 0, End: free.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    this.#preferred = free.at(to % free.length);
    this.#choose(this.#preferred);
    $(`tab-${this.#preferred}`).focus();
  }
}
