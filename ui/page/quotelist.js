// Kept quotes in their order: to check, move, annotate and copy.

const lists = new WeakMap();

export default function (component) {
  const host = component.parentElement;
  let list = lists.get(host);
  if (!list) {
    list = new QuoteList(host.querySelector(".onrecord-quotelist"));
    lists.set(host, list);
  }
  list.send = component.setTriggerValue;
  list.update(component.data);
  return () => lists.delete(host);
}

class QuoteList {
  constructor(root) {
    this.list = make("ol", {});
    this.live = make("p", { class: "onrecord-unseen", role: "status", "aria-live": "polite" });
    this.writing = null; // the quote whose note is being written
    root.append(this.list, this.live);
  }

  update(data) {
    const version = JSON.stringify(data);
    if (version === this.version) return;
    this.version = version;
    this.data = data;
    this.draw();
  }

  draw() {
    this.list.setAttribute("start", this.data.quotes[0]?.number ?? 1);
    redraw(this.list, ...this.data.quotes.map((quote) => this.drawQuote(quote)));
  }

  drawQuote(quote) {
    const paraphrase = quote.manner === "reported";
    return make(
      "li",
      { class: "onrecord-kept-quote", "data-quote": quote.id, value: quote.number },
      paraphrase ? make("p", { class: "onrecord-chip onrecord-warn" }, "Paraphrase, not a quotation") : null,
      paraphrase
        ? make("p", { class: "onrecord-paraphrase" }, quote.quote)
        : make("blockquote", { class: "onrecord-quote" }, `“${quote.quote}”`),
      make("p", { class: "onrecord-who" }, make("b", {}, link(quote.person, quote.speaker)), quote.role ? make("span", { class: "onrecord-role" }, quote.role) : null),
      this.drawWhere(quote),
      quote.changes.length ? this.drawChanges(quote) : null,
      ...quote.stances.map((stance) => make("p", { class: "onrecord-stance" }, stance)),
      this.drawNote(quote),
      this.drawActions(quote),
    );
  }

  drawWhere(quote) {
    const facts = [quote.show, quote.date, quote.place, quote.sure].filter(Boolean);
    return make("p", { class: "onrecord-where" }, make("cite", {}, link(quote.href, quote.title)), ...facts.flatMap((fact) => [" ", make("span", fact.length < 20 ? { class: "onrecord-tight" } : {}, fact)]));
  }

  drawChanges(quote) {
    return make(
      "div",
      { class: "onrecord-changes" },
      ...quote.changes.map((change) => make("p", {}, make("b", {}, change.name), change.said ? ` ${change.said}` : null)),
    );
  }

  drawNote(quote) {
    if (this.writing === quote.id) return this.drawWriting(quote);
    return quote.note ? make("p", { class: "onrecord-quotenote" }, make("span", {}, "Note: "), quote.note) : null;
  }

  drawWriting(quote) {
    const id = `onrecord-note-${quote.id}`;
    const area = make("textarea", { id, rows: 3, maxlength: 2000, "data-at": `writing ${quote.id}` });
    area.value = quote.note || "";
    const close = (save) => {
      this.writing = null;
      if (save && area.value.trim() !== (quote.note || "")) this.act("note", quote, area.value.trim());
      this.draw();
      this.list.querySelector(`[data-at="note ${CSS.escape(quote.id)}"]`)?.focus({ preventScroll: true });
    };
    area.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close(false);
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) close(true);
    });
    return make(
      "div",
      { class: "onrecord-writing" },
      make("label", { for: id }, "Note"),
      area,
      make("button", { type: "button", class: "onrecord-small", onclick: () => close(true) }, "Save note"),
      make("button", { type: "button", class: "onrecord-quiet", onclick: () => close(false) }, "Cancel"),
    );
  }

  drawActions(quote) {
    const act = (name, label, does, off = false) =>
      make("button", {
        type: "button", class: "onrecord-quiet", "data-at": `${name} ${quote.id}`,
        "aria-label": `${label}: quote ${quote.number}`, ...(off ? { disabled: "" } : {}), onclick: does,
      }, label);
    const changing = this.data.frozen ? [] : [
      act("up", "Up", () => this.act("up", quote), quote.number === 1),
      act("down", "Down", () => this.act("down", quote), quote.number === this.data.size),
      act("note", quote.note ? "Change note" : "Add note", () => this.write(quote)),
      act("out", "Remove", () => this.act("out", quote)),
    ];
    return make(
      "div",
      { class: "onrecord-actions" },
      copyButton("Copy for print", quote.copy, (words) => this.say(words), { "data-at": `copy ${quote.id}` }),
      ...changing,
    );
  }

  write(quote) {
    this.writing = quote.id;
    this.draw();
    this.list.querySelector("textarea")?.focus();
  }

  act(does, quote, note = null) {
    this.send("act", { does, quote: quote.id, number: quote.number, note });
    this.say({ up: "Moved up", down: "Moved down", out: "Removed", note: "Note saved" }[does]);
  }

  say(words) {
    this.live.textContent = words;
  }
}
