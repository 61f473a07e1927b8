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
