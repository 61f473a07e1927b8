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
  const fresh = new Map([...page.querySelectorAll("[data-row]")].map((row) => [row.dataset.row, row]));
  const present = new Map(rows(within).map((row) => [row.dataset.row, row]));
  for (const [key, row] of present) if (fresh.has(key)) renew(row, fresh.get(key));
  const arrived = [...fresh].filter(([key]) => !present.has(key)).map(([, row]) => row);
  const chip = within.querySelector("[data-list-new]");
  if (!arrived.length || !chip) return;
  const calm = within.scrollTop < 8 && !within.matches(":hover, :focus-within");
  chip.textContent = say("new_rows", { n: number(arrived.length) });
  chip.hidden = calm;
  if (calm) insert(within, arrived);
  else announce(chip.textContent);
  chip.onclick = () => {
    insert(within, arrived.filter((row) => !row.isConnected));
    chip.hidden = true;
    within.scrollTo({ top: 0, behavior: "smooth" });
  };
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
  within.querySelector("[data-list-empty]")?.remove();
  for (const row of arrived.reverse()) {
    const item = document.createElement("li");
    item.className = "is-arriving";
    item.append(document.adoptNode(row));
    holder.prepend(item);
    htmx.process(item);
    item.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
  }
}
