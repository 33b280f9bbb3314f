// The transcript player: read, hear and quote one document.
//
// Words come from our own route as JSON and reach the page by textContent alone: what sources
// wrote is never taken for markup. Streamlit calls the default function on every rerun; the
// player is built once and keeps its sound and scroll position.

const players = new WeakMap();
const ICONS = {
  play: "M7 4.5v15l12.5-7.5z",
  pause: "M6.5 5h4v14h-4zM13.5 5h4v14h-4z",
  back: "M12 5V1L6 6l6 5V7a5.5 5.5 0 1 1-5.5 5.5h-2A7.5 7.5 0 1 0 12 5z",
  forth: "M12 5V1l6 5-6 5V7a5.5 5.5 0 1 0 5.5 5.5h2A7.5 7.5 0 1 1 12 5z",
};
const STEP = 5; // seconds of the arrow keys and buttons
const SPEEDS = [1, 1.25, 1.5, 2, 0.75];
const [TEXT, START, END, FIRST, LAST, TURN, GAP] = [0, 1, 2, 3, 4, 6, 7];

export default function (component) {
  const host = component.parentElement;
  let player = players.get(host);
  if (!player) {
    player = new Player(host.querySelector(".onrecord-player"));
    players.set(host, player);
  }
  player.send = component.setTriggerValue;
  player.update(component.data);
  return () => {
    player.close();
    players.delete(host);
  };
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

function tell(turn) {
  return [turn.known, turn.sure && `words: ${turn.sure}`].filter(Boolean).join("; ") || null;
}

class Player {
  constructor(root) {
    this.root = root;
    this.audio = make("audio", { preload: "metadata" });
    this.keys = (event) => this.onKey(event);
    document.addEventListener("keydown", this.keys);
    for (const name of ["play", "pause", "seeked", "timeupdate", "loadedmetadata"]) {
      this.audio.addEventListener(name, () => this.onSound(name));
    }
    this.audio.addEventListener("error", () => this.say("The recording cannot be played."));
  }

  update(data) {
    this.kept = new Set(data.kept);
    this.showKept();
    const place = `${data.document} ${data.at} ${data.paragraph}`;
    if (data.rev !== this.rev) {
      this.rev = data.rev;
      this.place = place;
      this.load(data);
    } else if (place !== this.place) {
      this.place = place;
      this.open(data);
    }
  }

  close() {
    this.audio.pause();
    this.audio.removeAttribute("src");
    document.removeEventListener("keydown", this.keys);
    cancelAnimationFrame(this.frame);
  }

  async load(data) {
    this.root.replaceChildren(make("p", { class: "onrecord-wait" }, "Opening the text…"));
    try {
      const answer = await fetch(data.url, { credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      this.text = await answer.json();
    } catch {
      this.root.replaceChildren(
        make("p", { class: "onrecord-wait", role: "alert" }, "The text could not be loaded. Reload the page."),
      );
      return;
    }
    this.draw();
    this.open(data);
  }

  // ── drawing ──────────────────────────────────────────────────────────────────────────────

  draw() {
    const { words, blocks, audio, duration } = this.text;
    this.spans = new Array(words.length);
    this.timed = words.flatMap((word, number) => (word[START] === null ? [] : [number]));
    this.starts = this.timed.map((number) => words[number][START]);
    this.length = duration || (this.timed.length ? words[this.timed.at(-1)][END] : 0);
    this.spoken = null;
    this.chosen = null;
    this.anchor = null;
    this.tray = make("section", { class: "onrecord-tray", "aria-label": "Chosen passage", hidden: "" });
    this.live = make("p", { class: "onrecord-unseen", role: "status", "aria-live": "polite" });
    this.body = make("div", { class: "onrecord-text", tabindex: "-1" });
    this.body.classList.toggle("onrecord-heard", Boolean(audio));
    let speaker = -1;
    this.body.append(
      ...blocks.map((block, number) => {
        const end = blocks[number + 1]?.first ?? words.length;
        const turn = words[block.first][TURN];
        const drawn = this.drawBlock(block, end, turn !== speaker);
        speaker = turn;
        return drawn;
      }),
    );
    this.body.addEventListener("click", (event) => this.onClick(event));
    this.body.addEventListener("mouseup", () => setTimeout(() => this.takeSelection()));
    this.body.addEventListener("keyup", (event) => event.shiftKey && this.takeSelection());
    this.body.addEventListener("mousedown", (event) => event.shiftKey && event.preventDefault());
    this.root.replaceChildren(audio ? this.drawBar() : this.drawHint(), this.body, this.tray, this.live);
    if (audio) this.audio.src = audio;
    this.showTime();
  }

  drawHint() {
    return make("p", { class: "onrecord-hint" }, "Select words to quote them with their citation.");
  }

  drawBar() {
    const button = (name, label, act) =>
      make("button", { type: "button", class: `onrecord-${name}`, "aria-label": label, title: label, onclick: act }, icon(name));
    this.playButton = button("play", "Play", () => this.toggle());
    this.now = make("span", { class: "onrecord-now" });
    this.slider = make("input", {
      type: "range", min: 0, max: this.length.toFixed(2), step: 0.1, value: 0, "aria-label": "Position in the recording",
      oninput: () => this.seek(Number(this.slider.value)),
    });
    this.speed = make("button", { type: "button", class: "onrecord-speed", title: "Speed", onclick: () => this.nextSpeed() });
    this.speed.textContent = "1×";
    this.speed.setAttribute("aria-label", "Speed 1×");
    this.follow = make("input", { type: "checkbox", checked: "" });
    return make(
      "div",
      { class: "onrecord-bar", role: "group", "aria-label": "Player" },
      this.playButton,
      button("back", `Back ${STEP} seconds`, () => this.seek(this.time() - STEP)),
      button("forth", `Forward ${STEP} seconds`, () => this.seek(this.time() + STEP)),
      this.now,
      this.slider,
      this.speed,
      make("label", { class: "onrecord-follow" }, this.follow, "Follow"),
    );
  }

  drawBlock(block, end, opens) {
    const { words, turns, kind } = this.text;
    const turn = turns[words[block.first][TURN]];
    const count = end - block.first;
    const section = make("section", {
      class: "onrecord-block",
      id: `onrecord-p${block.paragraph}`,
      style: `contain-intrinsic-size: auto ${Math.ceil(count / 11) * 1.75 + 2.5}rem`,
    });
    section.classList.toggle("onrecord-advertisement", turn.kind === "advertisement");
    if (kind === "episode") section.append(this.drawTime(block, opens));
    else section.append(this.drawNumber(block));
    const text = make("p", { class: "onrecord-words" });
    if (block.lead) text.append(block.lead);
    for (let number = block.first; number < end; ) number = this.drawRun(text, number, end);
    const body = make("div", { class: "onrecord-said" });
    if (kind === "episode" && opens) body.append(this.drawSpeaker(turn));
    body.append(text);
    section.append(body);
    return section;
  }

  drawRun(text, first, end) {
    const { words, turns, kind } = this.text;
    const number = words[first][TURN];
    const turn = turns[number];
    const run = make("span", { class: `onrecord-run onrecord-${turn.manner}` });
    let at = first;
    let gap = "";
    for (; at < end && words[at][TURN] === number; at += 1) {
      if (gap) run.append(gap);
      run.append(this.drawWord(at));
      gap = words[at].length > GAP ? words[at][GAP] : at + 1 < end ? " " : "";
    }
    text.append(run);
    const attributed = kind === "article" && (turn.manner === "quoted" || turn.manner === "reported");
    if (attributed) {
      // Closing marks belong before the name; a mark after a space opens the next quotation.
      const mark = gap.match(/^\S*/)[0];
      text.append(mark, this.drawAttribution(turn), gap.slice(mark.length));
    } else text.append(gap);
    return at;
  }

  drawWord(number) {
    const word = this.text.words[number];
    const span = document.createElement("span");
    span.dataset.word = number;
    span.textContent = word[TEXT];
    const doubt = this.text.doubts?.[number];
    if (doubt) {
      span.className = "onrecord-doubt";
      span.title = doubt;
    }
    this.spans[number] = span;
    return span;
  }

  drawTime(block, opens) {
    const start = this.text.words[block.first][START];
    if (start === null) return make("span", { class: "onrecord-time" });
    const label = clock(start);
    return make(
      "a",
      {
        class: opens ? "onrecord-time" : "onrecord-time onrecord-inner",
        href: `?document=${encodeURIComponent(this.text.document)}&t=${start.toFixed(2)}`,
        "aria-label": `Play from ${label}`,
        onclick: (event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          this.playFrom(start);
        },
      },
      label,
    );
  }

  drawNumber(block) {
    return make(
      "a",
      {
        class: "onrecord-time",
        href: `?document=${encodeURIComponent(this.text.document)}&p=${block.paragraph}`,
        target: "_self",
        "aria-label": `Link to paragraph ${block.paragraph}`,
      },
      `¶ ${block.paragraph}`,
    );
  }

  drawSpeaker(turn) {
    return make(
      "h2",
      { class: "onrecord-speaker", title: tell(turn) },
      turn.speaker || "Unattributed",
      turn.role ? make("span", { class: "onrecord-role" }, turn.role) : null,
      !turn.voice || turn.kind === "advertisement" ? null : make("span", { class: "onrecord-chip" }, "unnamed voice"),
      turn.corrected ? make("span", { class: "onrecord-chip", title: tell(turn) }, "corrected") : null,
    );
  }

  drawAttribution(turn) {
    const who = turn.speaker || "unattributed";
    const said = turn.manner === "reported" ? `paraphrase, ${who}` : who;
    return make("span", { class: "onrecord-chip onrecord-by", title: tell(turn) }, said);
  }

  // ── place ────────────────────────────────────────────────────────────────────────────────

  open({ at, paragraph }) {
    if (at !== null && this.timed.length) {
      this.seek(at);
      this.show(this.spans[this.wordAt(at)]);
    } else if (paragraph) {
      const block = this.root.querySelector(`#onrecord-p${Number(paragraph)}`);
      block?.classList.add("onrecord-target");
      this.show(block);
    }
  }

  show(element) {
    if (!element) return;
    // Blocks out of sight have an estimated height; the second look corrects the first.
    const look = () => element.scrollIntoView({ block: "center" });
    look();
    requestAnimationFrame(() => requestAnimationFrame(look));
    setTimeout(look, 250);
  }

  wordAt(seconds) {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= seconds + 0.005) low = middle + 1;
      else high = middle;
    }
    return this.timed[Math.max(0, low - 1)];
  }

  // ── sound ────────────────────────────────────────────────────────────────────────────────

  time() {
    return this.pending ?? this.audio.currentTime;
  }

  seek(seconds) {
    const target = Math.min(Math.max(0, seconds), Math.max(0, this.length - 0.05) || seconds);
    const ready = this.audio.readyState > 0;
    this.pending = ready ? undefined : target; // metadata may be there before its event is told
    if (ready) this.audio.currentTime = target;
    this.showTime();
  }

  playFrom(seconds) {
    this.seek(seconds);
    this.start();
  }

  start() {
    this.audio.play().catch(() => this.say("The recording cannot be played."));
  }

  toggle() {
    if (this.audio.paused) this.start();
    else this.audio.pause();
  }

  nextSpeed() {
    const next = SPEEDS[(SPEEDS.indexOf(this.audio.playbackRate) + 1) % SPEEDS.length];
    this.audio.playbackRate = next;
    this.speed.textContent = `${next}×`;
    this.speed.setAttribute("aria-label", `Speed ${next}×`);
  }

  onSound(name) {
    if (name === "loadedmetadata" && this.pending !== undefined) {
      this.audio.currentTime = this.pending;
      this.pending = undefined;
    }
    if (name === "play" || name === "pause") {
      const playing = !this.audio.paused;
      this.playButton.replaceChildren(icon(playing ? "pause" : "play"));
      this.playButton.setAttribute("aria-label", playing ? "Pause" : "Play");
      this.playButton.title = playing ? "Pause" : "Play";
      cancelAnimationFrame(this.frame);
      if (playing) this.tick();
    }
    this.showTime();
  }

  tick() {
    this.showTime();
    this.frame = requestAnimationFrame(() => this.tick());
  }

  showTime() {
    if (!this.now) return;
    const seconds = this.time();
    const text = `${clock(seconds)} / ${clock(this.length)}`;
    this.slider.value = seconds;
    this.slider.style.setProperty("--filled", `${(100 * seconds) / Math.max(1, this.length)}%`);
    if (this.now.textContent !== text) {
      this.now.textContent = text;
      this.slider.setAttribute("aria-valuetext", clock(seconds));
    }
    if (this.timed.length) this.mark(this.wordAt(seconds), seconds);
  }

  mark(number, seconds) {
    const word = this.text.words[number];
    const heard = seconds >= word[START] - 0.005 && seconds < word[END] + 1.5;
    const span = heard ? this.spans[number] : null;
    if (span === this.spoken) return;
    this.spoken?.classList.remove("onrecord-lit");
    span?.classList.add("onrecord-lit");
    this.spoken = span;
    if (span && !this.audio.paused && this.follow.checked) this.keepInSight(span);
  }

  keepInSight(span) {
    const box = span.getBoundingClientRect();
    const margin = innerHeight * 0.2;
    if (box.top < margin || box.bottom > innerHeight - margin) {
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      span.scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
    }
  }

  // ── choosing a passage ───────────────────────────────────────────────────────────────────

  onClick(event) {
    const span = event.target.closest("[data-word]");
    if (!span || !this.body.contains(span)) return;
    const number = Number(span.dataset.word);
    if (event.shiftKey && this.anchor !== null) {
      this.choose(this.anchor, number);
      return;
    }
    if (!document.getSelection().isCollapsed) return;
    this.anchor = number;
    const start = this.text.words[number][START];
    if (this.text.audio && start !== null) {
      this.forget();
      this.playFrom(start);
    } else this.choose(number, number);
  }

  takeSelection() {
    const selection = document.getSelection();
    if (selection.isCollapsed || !selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    if (!this.body.contains(range.commonAncestorContainer)) return;
    const inside = this.spans.filter((span) => range.intersectsNode(span) && overlaps(range, span));
    if (!inside.length) return;
    this.anchor = Number(inside[0].dataset.word);
    this.choose(this.anchor, Number(inside.at(-1).dataset.word));
  }

  choose(a, b) {
    this.forget();
    this.chosen = [Math.min(a, b), Math.max(a, b)];
    this.moving = b;
    const [first, last] = this.chosen;
    for (let number = first; number <= last; number += 1) this.spans[number].classList.add("onrecord-chosen");
    const turn = this.text.words[first][TURN];
    if (this.text.words[last][TURN] !== turn) this.drawCrossing();
    else this.drawTray(first, last, this.text.turns[turn]);
  }

  forget() {
    this.request?.abort();
    if (this.chosen) {
      const [first, last] = this.chosen;
      for (let number = first; number <= last; number += 1) this.spans[number].classList.remove("onrecord-chosen");
    }
    this.chosen = null;
    this.tray.hidden = true;
  }

  drawCrossing() {
    this.tray.replaceChildren(
      this.drawClose(),
      make("p", { class: "onrecord-warning", role: "alert" },
        "These words are by more than one speaker. A passage has one speaker: shorten the selection."),
    );
    this.tray.hidden = false;
  }

  drawClose() {
    return make("button", {
      type: "button", class: "onrecord-close", "aria-label": "Let go of the passage",
      onclick: () => { document.getSelection().removeAllRanges(); this.forget(); },
    }, "×");
  }

  async drawTray(first, last, turn) {
    const words = this.text.words;
    const quoted = make("blockquote", {}, "…");
    const citation = make("p", { class: "onrecord-citation" }, "…");
    const actions = make("div", { class: "onrecord-actions" });
    this.tray.replaceChildren(this.drawClose(), quoted, citation, actions);
    this.tray.hidden = false;
    this.request = new AbortController();
    const span = new URLSearchParams({ start: words[first][FIRST], end: words[last][LAST] });
    try {
      const url = `/api/quote/${encodeURIComponent(this.text.document)}?${span}`;
      const answer = await fetch(url, { signal: this.request.signal });
      if (!answer.ok) throw new Error(await answer.text());
      const quote = await answer.json();
      quoted.textContent = quote.printed;
      citation.textContent = quote.citation;
      actions.append(
        this.drawKeep(words[first][FIRST], words[last][LAST]),
        this.drawCopy("Copy quote and citation", quote.copy),
        this.drawCopy("Copy link", quote.permalink),
      );
      if (words[first][START] !== null && this.text.audio) {
        actions.append(make("button", { type: "button", onclick: () => this.playFrom(words[first][START]) }, "Listen"));
      }
    } catch (error) {
      if (error.name !== "AbortError") citation.textContent = "The citation could not be made. Reload the page.";
    }
  }

  drawCopy(label, text) {
    return copyButton(label, text, (words) => this.say(words), { class: "onrecord-copy" });
  }

  // ── keeping it ───────────────────────────────────────────────────────────────────────────

  drawKeep(start, end) {
    this.keep = { place: `${start}-${end}`, button: make("button", { type: "button", class: "onrecord-keep" }, "Keep") };
    this.keep.button.addEventListener("click", () => {
      if (this.keep.button.ariaDisabled === "true") return;
      this.keep.button.textContent = "Keeping…";
      this.send("keep", { start, end });
    });
    this.showKept();
    return this.keep.button;
  }

  showKept() {
    if (!this.keep) return;
    const kept = this.kept.has(this.keep.place);
    if (kept && this.keep.button.textContent === "Keeping…") this.say("Kept among your quotes");
    this.keep.button.textContent = kept ? "Kept" : "Keep";
    this.keep.button.ariaDisabled = String(kept);
    this.keep.button.classList.toggle("onrecord-kept", kept);
  }

  // ── keys and words to the ear ────────────────────────────────────────────────────────────

  onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.text) return;
    if (event.key === "Escape") this.forget();
    if (event.target.closest?.("input, select, textarea, button, summary, [contenteditable=true]")) return;
    const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (direction && event.shiftKey && this.chosen) this.stretch(direction);
    else if (!this.text.audio || event.shiftKey) return;
    else if (event.key === " ") this.toggle();
    else if (direction) this.seek(this.time() + direction * STEP);
    else return;
    event.preventDefault();
  }

  stretch(direction) {
    const moved = this.moving + direction;
    if (moved < 0 || moved >= this.spans.length) return;
    document.getSelection().removeAllRanges();
    this.choose(this.anchor, moved);
  }

  say(words) {
    if (this.live) this.live.textContent = words;
  }
}

function overlaps(range, span) {
  const own = document.createRange();
  own.selectNodeContents(span);
  // Touching ends are no overlap: a selection that starts behind a word does not hold it.
  return range.compareBoundaryPoints(Range.END_TO_START, own) < 0 && range.compareBoundaryPoints(Range.START_TO_END, own) > 0;
}
