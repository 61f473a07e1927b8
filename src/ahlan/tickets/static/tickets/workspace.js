// What only the workspace does: the timeline keeps itself fresh and at its end, and the panes take turns on a phone.
import { attach, on, store } from "../core/js/attach.js";

// New entries come in and changed ones are replaced; what somebody has unfolded stays unfolded.
attach("[data-timeline]", (timeline) => {
  timeline.scrollTop = timeline.scrollHeight;
  timeline.addEventListener("refresh", async () => {
    const answer = await fetch(timeline.dataset.timeline, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || !timeline.isConnected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const atEnd = timeline.scrollHeight - timeline.scrollTop - timeline.clientHeight < 40;
    patch(timeline.querySelector(".timeline__entries"), fresh.querySelector(".timeline__entries"));
    replace("ticket-head", fresh);
    if (!document.querySelector(".composer__text")?.value) replace("composer-seen", fresh); // what is not begun yet answers all
    if (atEnd) timeline.scrollTop = timeline.scrollHeight;
  });
});

function patch(old, fresh) {
  if (!old || !fresh) return;
  for (const entry of [...fresh.children]) {
    const present = document.getElementById(entry.id);
    if (present && present.dataset.version === entry.dataset.version) continue;
    const made = document.adoptNode(entry);
    if (present) present.replaceWith(made);
    else old.append(made);
    revive(made);
  }
}

function replace(id, fresh) {
  const old = document.getElementById(id);
  const made = fresh.getElementById(id);
  if (!old || !made || old.contains(document.activeElement) || old.querySelector(":popover-open")) return;
  old.replaceWith(document.adoptNode(made));
  revive(made);
}

function revive(element) {
  htmx.process(element);
  element.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
}

// On a phone the list, the ticket and its panels are three screens; on a laptop the panels open on demand.
const workspace = () => document.querySelector(".workspace");

on("click", "[data-row]", (event) => {
  if (!(event.ctrlKey || event.metaKey || event.shiftKey)) workspace().dataset.screen = "ticket";
});
on("click", "[data-screen-set]", (event, button) => { workspace().dataset.screen = button.dataset.screenSet; });
on("click", "[data-panels-toggle]", (event, button) => {
  const narrow = matchMedia("(max-width: 45rem)").matches;
  if (narrow) workspace().dataset.screen = "panels";
  else store.set("panels", workspace().toggleAttribute("data-panels-open") ? "open" : "");
  button.setAttribute("aria-expanded", narrow || workspace().hasAttribute("data-panels-open"));
});
attach("[data-panels-toggle]", (button) => {
  const open = store.get("panels") === "open";
  workspace()?.toggleAttribute("data-panels-open", open);
  button.setAttribute("aria-expanded", open);
});

// Going back from a ticket on a phone shows the list that is still there, without asking for it again.
on("click", "[data-screen-back]", (event, link) => {
  if (!workspace().querySelector("[data-list]") || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  workspace().dataset.screen = "list";
  history.pushState({ htmx: true }, "", link.href);
});

// A swipe the way one reads goes one screen back. What scrolls sideways, selects or is written in keeps its own swipes,
// and the edge of the glass belongs to the browser.
const FAR = 72;
const QUICK = 600;
const EDGE = 24;
let swipe = null;

document.addEventListener("touchstart", (event) => {
  const [{ clientX: x, clientY: y }] = event.touches;
  const free = event.touches.length === 1 && x > EDGE && x < innerWidth - EDGE && !keepsSwipes(event.target);
  swipe = free ? { x, y, at: event.timeStamp } : null;
}, { passive: true });
document.addEventListener("touchend", (event) => {
  const [begun, [{ clientX, clientY }]] = [swipe, event.changedTouches];
  swipe = null;
  if (!begun || event.timeStamp - begun.at > QUICK || !getSelection().isCollapsed) return;
  const along = (clientX - begun.x) * (document.documentElement.dir === "rtl" ? -1 : 1);
  if (along > FAR && along > 2 * Math.abs(clientY - begun.y)) backControl()?.click();
}, { passive: true });

function keepsSwipes(element) {
  if (element.closest("input, textarea, select, [popover], dialog")) return true;
  for (let each = element; each && each !== document.body; each = each.parentElement) {
    if (each.scrollWidth > each.clientWidth && /auto|scroll/.test(getComputedStyle(each).overflowX)) return true;
  }
  return false;
}

function backControl() {
  const screen = matchMedia("(max-width: 45rem)").matches && workspace()?.dataset.screen;
  const back = { ticket: "[data-screen-back]", panels: '[data-screen-set="ticket"]' }[screen];
  return back && workspace().querySelector(back);
}

// The lines of what happened can be hidden; this browser remembers.
function showEvents(button) {
  const hidden = store.get("events") === "hidden";
  workspace()?.toggleAttribute("data-events-hidden", hidden);
  button.setAttribute("aria-pressed", hidden);
}
attach("[data-toggle-events]", showEvents);
on("click", "[data-toggle-events]", (event, button) => {
  store.set("events", store.get("events") === "hidden" ? "" : "hidden");
  showEvents(button);
  button.closest("[popover]").hidePopover();
});

// Somebody else is writing in the same ticket: said, and taken back when nothing more is heard.
let quiet = 0;
document.addEventListener("ahlan:signal", ({ detail: { kind, ticket, agent, name } }) => {
  const place = document.querySelector(`[data-typing="${CSS.escape(ticket ?? "")}"]`);
  if (kind !== "typing" || !place || String(agent) === place.dataset.typingSelf) return;
  place.textContent = place.dataset.typingText.replace("{name}", name ?? "");
  clearTimeout(quiet);
  quiet = setTimeout(() => { place.textContent = ""; }, 8000);
});
