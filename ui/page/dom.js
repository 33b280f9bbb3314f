// What every component's script begins with. Words reach the page as text, never as markup.

function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

function link(href, label, properties = {}) {
  return href ? make("a", { href, target: "_self", ...properties }, label) : make("span", {}, label);
}

function clock(seconds) {
  const whole = Math.floor(Math.max(0, seconds || 0));
  const two = (number) => String(number).padStart(2, "0");
  return `${two(Math.floor(whole / 3600))}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = make("textarea", { class: "onrecord-unseen", readonly: "" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

// A button that copies, says so, and is itself again; `say` tells it to the ear.
function copyButton(label, text, say, properties = {}) {
  const button = make("button", { type: "button", class: "onrecord-quiet", ...properties }, label);
  button.addEventListener("click", async () => {
    const done = await copyText(text);
    button.textContent = done ? "Copied" : "Copying is not allowed here";
    say(button.textContent);
    setTimeout(() => { button.textContent = label; }, 1600);
  });
  return button;
}

// Draw anew without losing the place of the keyboard: elements are found again by `data-at`.
function redraw(root, ...children) {
  const at = root.contains(document.activeElement) ? document.activeElement.dataset.at : null;
  root.replaceChildren(...children.filter(Boolean));
  if (at) root.querySelector(`[data-at="${CSS.escape(at)}"]`)?.focus({ preventScroll: true });
}
