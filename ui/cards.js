// The answer cards: verbatim words, who said them and where, and one shared sound.
//
// Everything that sources wrote is set by textContent. One audio element serves all cards, so
// that nothing is fetched before somebody listens.

const boards = new WeakMap();

export default function (component) {
  const host = component.parentElement;
  let board = boards.get(host);
  if (!board) {
    board = new Board(host.querySelector(".onrecord-cards"));
    boards.set(host, board);
  }
  board.update(component.data.cards);
  return () => {
    board.audio.pause();
    boards.delete(host);
  };
}

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

function clock(seconds) {
  const whole = Math.floor(Math.max(0, seconds || 0));
  const two = (number) => String(number).padStart(2, "0");
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

class Board {
  constructor(root) {
    this.root = root;
    this.audio = make("audio", { preload: "none" });
    this.live = make("p", { class: "onrecord-unseen", role: "status", "aria-live": "polite" });
    for (const name of ["play", "pause", "timeupdate", "ended"]) {
      this.audio.addEventListener(name, () => this.showSound());
    }
    this.audio.addEventListener("loadedmetadata", () => this.jump());
    this.audio.addEventListener("error", () => this.say("The recording cannot be played."));
  }

  update(cards) {
    const version = JSON.stringify(cards);
    if (version === this.version) return;
    this.version = version;
    const kept = this.current && cards.find((card) => card.id === this.current.id);
    if (!kept) this.stop();
    this.parts = new Map();
    this.starts = new Map(cards.map((card) => [card.id, card.start]));
    this.root.replaceChildren(...cards.map((card) => this.draw(card)), this.live);
    this.current = kept || null;
    this.showSound();
  }

  stop() {
    this.audio.pause();
    this.current = null;
  }

  draw(card) {
    const paraphrase = card.manner === "reported";
    const words = paraphrase
      ? make("p", { class: "onrecord-paraphrase" }, card.quote)
      : make("blockquote", { class: "onrecord-quote" }, `“${card.quote}”`);
    return make(
      "article",
      { class: "onrecord-card", "data-hit": card.id, "aria-label": `${card.speaker}, ${card.place}` },
      paraphrase ? make("p", { class: "onrecord-chip onrecord-warn" }, "Paraphrase, not a quotation") : null,
      words,
      this.drawSpeaker(card),
      this.drawWhere(card),
      this.drawActions(card),
    );
  }

  drawSpeaker(card) {
    return make(
      "p",
      { class: "onrecord-who" },
      make("b", {}, card.speaker),
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
      ...facts.map((fact) => make("span", {}, fact)),
    );
  }

  drawActions(card) {
    const copyButton = make("button", { type: "button", class: "onrecord-quiet" }, "Copy citation");
    copyButton.addEventListener("click", () => this.copy(copyButton, card.copy));
    return make(
      "div",
      { class: "onrecord-actions" },
      card.audio ? this.drawPlay(card) : null,
      make("a", { class: "onrecord-quiet", href: card.href, target: "_self" }, card.audio ? "Open in transcript" : "Open in article"),
      copyButton,
      card.publisher
        ? make("a", { class: "onrecord-quiet", href: card.publisher, target: "_blank", rel: "noopener noreferrer" }, "Publisher’s page")
        : null,
    );
  }

  drawPlay(card) {
    const label = make("span", {}, `Play ${card.place}`);
    const button = make(
      "button",
      { type: "button", class: "onrecord-listen", onclick: () => this.toggle(card) },
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

  async copy(button, text) {
    const label = "Copy citation";
    let done = true;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const area = make("textarea", { class: "onrecord-unseen", readonly: "" });
      area.value = text;
      document.body.append(area);
      area.select();
      done = document.execCommand("copy");
      area.remove();
    }
    button.textContent = done ? "Copied" : "Copying is not allowed here";
    this.say(button.textContent);
    setTimeout(() => { button.textContent = label; }, 1600);
  }

  say(words) {
    this.live.textContent = words;
  }
}
