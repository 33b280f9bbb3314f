// What a question was understood as, each part to be switched off, and what narrows the answers.

const WIDE = "(min-width: 68rem)"; // as in refine.css: beside the answers, not above them
const SHOWN = 6; // values of a facet before "more"

class Refine {
  constructor(go) {
    this.go = go;
    this.open = matchMedia(WIDE).matches;
    this.all = new Set();
    this.chips = make("div", { class: "onrecord-chips" });
    this.rail = make("aside", { class: "onrecord-rail", "aria-label": "Narrow the answers" });
  }

  update(refine) {
    const version = JSON.stringify(refine);
    if (version === this.version) return;
    this.version = version;
    this.refine = refine;
    this.draw();
  }

  draw() {
    const { summary, understood, chosen, facets } = this.refine;
    redraw(
      this.chips,
      make("p", { class: "onrecord-count", role: "status" }, summary),
      understood.length ? this.drawLine("Understood as", understood.map((part) => this.drawPart(part))) : null,
      chosen.length ? this.drawLine("Narrowed to", chosen.map((one) => this.drawChosen(one))) : null,
    );
    this.rail.hidden = !facets.length;
    const narrow = make("details", { class: "onrecord-narrow" }, make("summary", { "data-at": "narrow" }, "Narrow the answers"));
    narrow.open = this.open;
    narrow.addEventListener("toggle", () => { this.open = narrow.open; });
    narrow.append(make("div", { class: "onrecord-facets" }, ...facets.map((facet) => this.drawFacet(facet))));
    redraw(this.rail, narrow);
  }

  drawLine(title, chips) {
    return make(
      "div",
      { class: "onrecord-chipline", role: "group", "aria-label": title },
      make("span", { class: "onrecord-lead" }, title),
      ...chips,
    );
  }

  drawPart(part) {
    if (part.note) return make("span", { class: "onrecord-partnote" }, part.label);
    return make(
      "button",
      {
        type: "button", class: "onrecord-part", "aria-pressed": String(part.on), "data-at": `part ${part.key}`,
        title: part.on ? "Ask again without this" : "Ask again with this",
        onclick: () => this.go(part.to),
      },
      part.label,
    );
  }

  drawChosen(one) {
    return make(
      "button",
      { type: "button", class: "onrecord-part onrecord-chosenfacet", "data-at": `chosen ${one.key}`, onclick: () => this.go(one.to) },
      make("span", {}, one.label),
      make("span", { class: "onrecord-unseen" }, ", remove"),
      make("span", { "aria-hidden": "true", class: "onrecord-cross" }, "×"),
    );
  }

  drawFacet(facet) {
    const all = this.all.has(facet.kind);
    const values = all ? facet.values : facet.values.slice(0, SHOWN);
    const more = facet.values.length - SHOWN;
    const id = `onrecord-facet-${facet.kind}`;
    return make(
      "section",
      { class: "onrecord-facet", "aria-labelledby": id },
      make("h2", { id }, facet.name),
      make("ul", {}, ...values.map((value) => make("li", {}, this.drawValue(facet, value)))),
      more > 0
        ? make("button", { type: "button", class: "onrecord-quiet", "data-at": `more ${facet.kind}`, "aria-expanded": String(all), onclick: () => this.toggle(facet.kind) },
            all ? "Fewer" : `${more} more`)
        : null,
    );
  }

  drawValue(facet, value) {
    return make(
      "button",
      {
        type: "button", class: "onrecord-value", "aria-pressed": String(value.on), "data-at": `facet ${facet.kind} ${value.value}`,
        onclick: () => this.go(value.to),
      },
      make("span", {}, value.name),
      make("span", { class: "onrecord-number" }, String(value.count)),
    );
  }

  toggle(kind) {
    if (!this.all.delete(kind)) this.all.add(kind);
    this.draw();
  }
}
