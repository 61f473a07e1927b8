// Choosing tickets of a list: [data-choose] (key x) begins and takes the present row; then a click on a row, or x again,
// chooses it or lets it go; Shift-click takes all between. The form [data-choice] carries their numbers on.
import { announce, attach, number } from "../core/js/attach.js";

const chosen = new Set();
let last = null;

const form = () => document.querySelector("[data-choice]");
const list = () => document.querySelector("[data-list]");
const on = () => list()?.classList.contains("is-choosing") ?? false;
const rows = () => [...list().querySelectorAll("[data-row]")];

function show() {
  const { chosenText } = form().dataset;
  const all = !form().elements.view.disabled;
  for (const row of rows()) row.classList.toggle("is-chosen", all || chosen.has(row.dataset.row));
  form().querySelector("[data-choice-count]").textContent = all ? form().querySelector("[data-choice-all]").textContent : chosenText.replace("{n}", number(chosen.size));
  form().querySelector("[data-choice-go]").disabled = !all && !chosen.size;
  announce(form().querySelector("[data-choice-count]").textContent);
}

function begin() {
  list().classList.add("is-choosing");
  form().hidden = false;
  document.querySelector("[data-choose]").setAttribute("aria-pressed", "true");
}

function end() {
  chosen.clear();
  last = null;
  form().elements.view.disabled = true;
  show();
  list().classList.remove("is-choosing");
  form().hidden = true;
  document.querySelector("[data-choose]").setAttribute("aria-pressed", "false");
}

function toggle(row, between = false) {
  form().elements.view.disabled = true;
  const all = rows();
  if (between && last && all.includes(last)) {
    const [from, to] = [all.indexOf(last), all.indexOf(row)].sort((a, b) => a - b);
    for (const one of all.slice(from, to + 1)) chosen.add(one.dataset.row);
  } else if (!chosen.delete(row.dataset.row)) chosen.add(row.dataset.row);
  last = row;
  show();
}

document.addEventListener("click", (event) => {
  const row = event.target.closest?.("[data-row]");
  if (row && on() && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    event.stopImmediatePropagation();
    toggle(row, event.shiftKey);
  } else if (event.target.closest?.("[data-choose]")) {
    const present = list().querySelector('[data-row][aria-current="true"], [data-row]:focus');
    if (!on()) begin();
    else if (event.detail) return end(); // by the hand; the key goes on choosing
    if (present && !event.detail) toggle(present);
    else show();
  } else if (event.target.closest?.("[data-choice-all]")) {
    form().elements.view.disabled = !form().elements.view.disabled;
    show();
  }
}, true);

document.addEventListener("keydown", (event) => event.key === "Escape" && on() && !event.defaultPrevented && end());
document.addEventListener("submit", (event) => {
  if (event.target !== form()) return;
  form().elements.numbers.value = form().elements.view.disabled ? [...chosen].join(",") : "";
}, true);
attach("[data-row]", (row) => on() && row.classList.toggle("is-chosen", chosen.has(row.dataset.row) || !form().elements.view.disabled));
