// The command palette: Ctrl-K or Cmd-K, also while one types. What can be done here is every visible [data-key] with its
// name; what the words lead to comes from the server. Arrows choose, Enter goes, Escape leaves.
import { on } from "./attach.js";
import { act } from "./keys.js";

const box = () => document.getElementById("palette");
const field = () => document.getElementById("palette-words");
const options = () => [...box().querySelectorAll("[role=option]")];
const nameOf = (one) => (one.getAttribute("aria-label") || one.dataset.tip || one.innerText || one.labels?.[0]?.innerText || "").split("\n")[0].trim();
let acts = [];

function actsHere() {
  const found = [...document.querySelectorAll("[data-key]")].filter((one) => !one.disabled && !box().contains(one));
  return found.filter((one) => one.offsetParent || one.closest("[popover]")).map((one) => ({ one, key: one.dataset.key, name: nameOf(one) })).filter(({ name }) => name);
}

function drawActs() {
  const here = document.getElementById("palette-here");
  const words = field().value.trim().toLocaleLowerCase();
  const fitting = acts.map((one, n) => ({ ...one, n })).filter(({ name }) => name.toLocaleLowerCase().includes(words));
  here.replaceChildren();
  here.setAttribute("aria-label", here.dataset.title);
  if (!fitting.length) return;
  const title = Object.assign(document.createElement("p"), { className: "palette__title", textContent: here.dataset.title, ariaHidden: "true" });
  const rows = fitting.map(({ name, key, n }) => {
    const row = Object.assign(document.createElement("button"), { type: "button", className: "palette__hit", id: `palette-act-${n}`, tabIndex: -1 });
    row.setAttribute("role", "option");
    row.dataset.act = n;
    const label = Object.assign(document.createElement("span"), { className: "cut", dir: "auto", textContent: name });
    row.append(label, Object.assign(document.createElement("kbd"), { className: "kbd", textContent: key }));
    return row;
  });
  here.append(title, ...rows);
}

function choose(option) {
  for (const one of options()) one.setAttribute("aria-selected", one === option);
  if (option) {
    field().setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else field().removeAttribute("aria-activedescendant");
}

function open() {
  if (!box() || box().open || document.querySelector("dialog[open]")) return;
  document.querySelector("[popover]:popover-open")?.hidePopover();
  acts = actsHere();
  field().value = "";
  box().showModal();
  drawActs();
  choose(options()[0]);
  field().dispatchEvent(new Event("palette", { bubbles: true }));
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.code === "KeyK") {
    event.preventDefault();
    if (box()?.open) box().close();
    else open();
  }
});

on("click", "[data-palette-open]", open);
on("click", "#palette", (event, dialog) => event.target === dialog && dialog.close());
on("input", "#palette-words", () => { drawActs(); choose(options()[0]); });
document.addEventListener("htmx:afterSwap", (event) => event.target.id === "palette-found" && choose(options()[0]));

on("keydown", "#palette-words", (event) => {
  const all = options();
  const at = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1 }[event.key];
  if (to !== undefined && all.length) {
    event.preventDefault();
    choose(all.at(to % all.length));
  } else if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
    all[at]?.click();
  }
});

on("click", "[data-act]", (event, row) => {
  const chosen = acts[row.dataset.act];
  box().close();
  if (chosen) act(chosen.one);
});
