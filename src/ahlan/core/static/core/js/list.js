// A list one walks with j and k: [data-list="address"], each row a link with [data-row="key"].
// The selection moves at once and the ticket pane shows what the row already knows; the rest follows.
import { announce, attach, number, on, say } from "./attach.js";

const OPEN_AFTER = 120;
let opening = 0;

const list = () => document.querySelector("[data-list]");
const rows = (within) => [...within.querySelectorAll("[data-row]")];
const selected = (within) => within.querySelector('[data-row][aria-current="true"]');

function select(row) {
  for (const other of row.closest("[data-list]").querySelectorAll('[aria-current="true"]')) other.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  row.scrollIntoView({ block: "nearest" });
  expect(row);
}

// Fill the waiting room of the ticket pane from the row: #ticket-waiting is a <template> with data-fill slots.
function expect(row) {
  const template = document.getElementById("ticket-waiting");
  const pane = document.getElementById("ticket");
  if (!template || !pane) return;
  const waiting = template.content.cloneNode(true);
  for (const slot of waiting.querySelectorAll("[data-fill]")) {
    slot.textContent = row.querySelector(`[data-told="${slot.dataset.fill}"]`)?.textContent ?? "";
  }
  pane.replaceChildren(waiting);
}

document.addEventListener("ahlan:move", ({ detail: step }) => {
  const within = list();
  const all = within ? rows(within) : [];
  if (!all.length) return;
  const at = all.indexOf(selected(within));
  const to = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))];
  if (to === all[at]) return;
  select(to);
  to.focus({ preventScroll: true });
  clearTimeout(opening);
  opening = setTimeout(() => to.isConnected && to.click(), OPEN_AFTER);
});

on("click", "[data-row]", (event, row) => {
  clearTimeout(opening);
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (row.getAttribute("aria-current") !== "true") select(row);
  row.classList.remove("is-unread");
});

// What changes while one looks: rows that are there are brought up to date in place; new ones wait behind
// a chip ("2 new") unless the eye is at the top of the list and the hand elsewhere.
attach("[data-list]", (within) => {
  let timer = 0;
  const later = () => { timer ||= setTimeout(() => { timer = 0; refresh(within); }, 300); };
  const changed = (event) => {
    if (!within.isConnected) return document.removeEventListener("ahlan:change", changed);
    if (String(event.detail.subject ?? "").startsWith("ticket:")) later();
  };
  document.addEventListener("ahlan:change", changed);
  document.addEventListener("ahlan:reset", later);
});

async function refresh(within) {
  const answer = await fetch(within.dataset.list, { headers: { "HX-Request": "true", "HX-Target": "list" } }).catch(() => null);
  if (!answer?.ok || !within.isConnected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = new Map(rows(page).map((row) => [row.dataset.row, row]));
  const present = rows(within);
  const above = risen(fresh, present);
  for (const row of present) if (fresh.has(row.dataset.row) && !above.includes(row.dataset.row)) renew(row, fresh.get(row.dataset.row));
  showGone(fresh, rows(within));
  offer(within, above.map((key) => fresh.get(key)));
}

// What belongs above the first row that stays: new tickets, and old ones with a new word. The open one stays put.
function risen(fresh, present) {
  const open = present.find((row) => row.getAttribute("aria-current") === "true")?.dataset.row;
  const order = [...fresh.keys()].filter((key) => key !== open);
  const first = present.find((row) => row.dataset.row !== open && fresh.has(row.dataset.row));
  const known = new Set(present.map((row) => row.dataset.row));
  if (!first) return order.filter((key) => !known.has(key));
  return order.slice(0, order.indexOf(first.dataset.row));
}

// Tickets that have left this list fade where they stand, so that nothing moves under the eye.
function showGone(fresh, present) {
  const last = present.findLastIndex((row) => fresh.has(row.dataset.row));
  present.forEach((row, i) => row.classList.toggle("is-gone", i < last && !fresh.has(row.dataset.row)));
}

function offer(within, arrived) {
  const chip = within.querySelector("[data-list-new]");
  if (!arrived.length || !chip) return;
  const calm = within.scrollTop < 8 && !within.matches(":hover, :focus-within");
  chip.textContent = say("new_rows", { n: number(arrived.length) });
  chip.hidden = calm;
  chip.onclick = () => {
    insert(within, arrived);
    chip.hidden = true;
    within.scrollTo({ top: 0, behavior: "smooth" });
  };
  if (calm) insert(within, arrived);
  else announce(chip.textContent);
}

function renew(row, fresh) {
  const current = row.getAttribute("aria-current");
  if (current) fresh.setAttribute("aria-current", current);
  if (row.outerHTML === fresh.outerHTML) return;
  const focused = row === document.activeElement;
  const made = document.adoptNode(fresh);
  row.replaceWith(made);
  htmx.process(made);
  made.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
  if (focused) made.focus({ preventScroll: true });
}

function insert(within, arrived) {
  const holder = within.querySelector("[data-list-rows]");
  within.querySelectorAll("[data-list-empty], li:has(> .is-gone:not([aria-current='true']))").forEach((item) => item.remove());
  for (const row of arrived.reverse()) {
    within.querySelector(`[data-row="${CSS.escape(row.dataset.row)}"]`)?.parentElement.remove();
    const item = document.createElement("li");
    item.className = "is-arriving";
    item.append(document.adoptNode(row));
    holder.prepend(item);
    htmx.process(item);
    item.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
  }
}
