// The answer cards: verbatim words, who said them and where, and one shared sound.
//
// Everything that sources wrote is set by textContent. One audio element serves all cards, so
// that nothing is fetched before somebody listens.

const boards = new WeakMap();

export default function (component) {
  const host = component.parentElement;
  let board = boards.get(host);
  if (!board) {
    board = new Board(host.querySelector(".onrecord-answers"));
    boards.set(host, board);
  }
  board.send = component.setTriggerValue;
  board.update(component.data);
  return () => {
    board.audio.pause();
    boards.delete(host);
  };
}

class Board {
  constructor(root) {
    this.root = root;
    this.audio = make("audio", { preload: "none" });
    this.live = make("p", { class: "onrecord-unseen", role: "status", "aria-live": "polite" });
    this.refine = new Refine((to) => this.send("go", to));
    this.list = make("div", { class: "onrecord-cards" });
    this.root.append(this.refine.chips, this.refine.rail, this.list, this.live);
    for (const name of ["play", "pause", "timeupdate", "ended"]) {
      this.audio.addEventListener(name, () => this.showSound());
    }
    this.audio.addEventListener("loadedmetadata", () => this.jump());
    this.audio.addEventListener("error", () => this.say("The recording cannot be played."));
  }

  update({ refine, groups, kept }) {
    this.root.classList.toggle("onrecord-refined", Boolean(refine));
    this.refine.chips.hidden = !refine;
    if (refine) this.refine.update(refine);
    else this.refine.rail.hidden = true;
    this.updateCards(groups);
    this.showKept(new Set(kept));
  }

  updateCards(groups) {
    const version = JSON.stringify(groups);
    if (version === this.version) return;
    this.version = version;
    const cards = groups.flatMap((group) => group.cards);
    const still = this.current && cards.find((card) => card.id === this.current.id);
    if (!still) this.stop();
    this.parts = new Map();
    this.keeps = new Map();
    this.starts = new Map(cards.map((card) => [card.id, card.start]));
    redraw(this.list, ...groups.flatMap((group) => [this.drawSection(group), this.drawGroup(group)]));
    this.current = still || null;
    this.showSound();
  }

  stop() {
    this.audio.pause();
    this.current = null;
  }

  drawSection(group) {
    return group.section ? make("h3", { class: "onrecord-cardsection" }, group.section) : null;
  }

  drawGroup(group) {
    const cards = group.cards.map((card) => this.draw(card, group.title));
    if (!group.title) return make("div", { class: "onrecord-single" }, ...cards);
    const heading = make(`h${group.level || 2}`, {}, link(group.href, group.title));
    return make(
      "div",
      { class: "onrecord-group" },
      make("header", { class: "onrecord-grouphead" }, heading, group.note ? make("p", {}, group.note) : null),
      ...cards,
    );
  }

  draw(card, title) {
    const paraphrase = card.manner === "reported";
    const words = paraphrase
      ? make("p", { class: "onrecord-paraphrase" }, card.quote)
      : make("blockquote", { class: "onrecord-quote" }, `“${card.quote}”`);
    return make(
      "article",
      { class: "onrecord-card", "data-hit": card.id, "aria-label": `${card.speaker}, ${card.place}` },
      paraphrase ? make("p", { class: "onrecord-chip onrecord-warn" }, "Paraphrase, not a quotation") : null,
      words,
      this.drawSpeaker(card, card.speaker === title),
      this.drawWhere(card),
      card.also.length ? this.drawAlso(card.also) : null,
      this.drawActions(card),
    );
  }

  drawSpeaker(card, named) {
    if (named && !card.role && !card.voice && !card.known) return null;
    return make(
      "p",
      { class: "onrecord-who" },
      named ? null : make("b", {}, link(card.person, card.speaker)),
      card.role ? make("span", { class: "onrecord-role" }, card.role) : null,
      card.voice ? make("span", { class: "onrecord-chip" }, "unnamed voice") : null,
      card.known ? make("span", { class: "onrecord-known" }, card.known) : null,
    );
  }

  drawWhere(card) {
    const facts = [card.show, card.date, card.place, card.caution, card.sure].filter(Boolean);
    return make(
      "p",
      { class: "onrecord-where" },
      make("cite", {}, card.title),
      ...facts.flatMap((fact) => [" ", make("span", fact.length < 20 ? { class: "onrecord-tight" } : {}, fact)]),
    );
  }

  drawAlso(also) {
    return make(
      "p",
      { class: "onrecord-also" },
      "Also in ",
      ...also.flatMap((one, number) => [number ? "; " : "", link(one.href, one.label)]),
    );
  }

  drawActions(card) {
    return make(
      "div",
      { class: "onrecord-actions" },
      card.audio ? this.drawPlay(card) : null,
      this.drawKeep(card),
      link(card.href, card.start === null ? "Open in article" : "Open in transcript", { class: "onrecord-quiet" }),
      copyButton("Copy citation", card.copy, (words) => this.say(words), { "data-at": `copy ${card.id}` }),
      card.publisher
        ? make("a", { class: "onrecord-quiet", href: card.publisher, target: "_blank", rel: "noopener noreferrer" }, "Publisher’s page")
        : null,
    );
  }

  drawKeep(card) {
    const label = make("span", {}, "Keep");
    const button = make("button", { type: "button", class: "onrecord-keep", "data-at": `keep ${card.id}` }, label);
    button.addEventListener("click", () => {
      if (button.getAttribute("aria-busy") === "true") return;
      button.setAttribute("aria-busy", "true");
      this.send("keep", card.id);
    });
    this.keeps.set(card.id, { button, label });
    return button;
  }

  showKept(kept) {
    for (const [id, { button, label }] of this.keeps || []) {
      const inside = kept.has(id);
      const was = button.classList.contains("onrecord-kept");
      if (was !== inside && button.getAttribute("aria-busy") === "true") {
        this.say(inside ? "Kept among your quotes" : "No longer kept");
      }
      button.removeAttribute("aria-busy");
      button.classList.toggle("onrecord-kept", inside);
      button.title = inside ? "It is among your quotes; press to take it out" : "Keep it among your quotes";
      label.textContent = inside ? "Kept" : "Keep";
    }
  }

  drawPlay(card) {
    const label = make("span", {}, `Play ${card.place}`);
    const button = make(
      "button",
      { type: "button", class: "onrecord-listen", "data-at": `play ${card.id}`, onclick: () => this.toggle(card) },
      make("i", { "aria-hidden": "true" }),
      label,
    );
    const bar = make("i", { class: "onrecord-filled" });
    const progress = make("span", { class: "onrecord-progress", hidden: "", "aria-hidden": "true" }, bar);
    const note = make("span", { class: "onrecord-note" });
    this.parts.set(card.id, { button, label, bar, progress, note });
    return make("span", { class: "onrecord-sound" }, button, progress, note);
  }

  toggle(card) {
    if (this.current?.id === card.id && !this.audio.paused) {
      this.audio.pause();
      return;
    }
    const again = this.current?.id === card.id && this.audio.currentTime < card.end;
    this.current = card;
    if (this.audio.getAttribute("src") !== card.audio) this.audio.src = card.audio;
    if (!again) {
      this.target = card.start;
      if (this.audio.readyState > 0) this.jump();
    }
    this.audio.play().catch((error) => error.name === "AbortError" || this.say("The recording cannot be played."));
  }

  jump() {
    if (this.target === undefined) return;
    this.audio.currentTime = this.target;
    this.target = undefined;
  }

  showSound() {
    const seconds = this.audio.currentTime;
    for (const [id, part] of this.parts || []) {
      const card = this.current?.id === id ? this.current : null;
      const playing = Boolean(card) && !this.audio.paused;
      part.button.classList.toggle("onrecord-playing", playing);
      part.label.textContent = playing ? `Pause ${clock(seconds)}` : `Play ${clock(card && seconds > card.start && seconds < card.end ? seconds : this.starts.get(id))}`;
      part.progress.hidden = !card;
      part.note.textContent = playing && seconds > card.end ? "The quotation has ended; playing on" : "";
      if (card) {
        const share = (seconds - card.start) / Math.max(0.1, card.end - card.start);
        part.bar.style.width = `${Math.min(1, Math.max(0, share)) * 100}%`;
      }
    }
  }

  say(words) {
    this.live.textContent = words;
  }
}
