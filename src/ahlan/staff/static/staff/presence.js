// Tells the house that somebody is here and when he last moved, and keeps the dots of others true.
// All tabs of a browser share the moments in storage, so that one word every half minute is enough for all of them.
import { store, token } from "../core/js/attach.js";

const meta = document.querySelector('meta[name="ahlan-presence"]');
const EVERY = 30_000;
const LOOK = 5_000;
const BACK_AFTER = 60_000; // who has been still for so long may count as away: his first move is told at once
const own = {}; // where storage is forbidden, each tab speaks for itself

const at = (key) => Number(store.get(`presence-${key}`) ?? own[key] ?? 0);
const mark = (key) => { own[key] = Date.now(); store.set(`presence-${key}`, own[key]); };

function beat() {
  mark("beat");
  const idle = Math.max(0, Math.round((Date.now() - at("move")) / 1000));
  const headers = { "X-CSRFToken": token() };
  fetch(meta.dataset.beat, { method: "POST", headers, body: new URLSearchParams({ idle }) }).catch(() => store.remove("presence-beat"));
}

function look() {
  if (Math.abs(Date.now() - at("beat")) >= EVERY) beat();
}

function move() {
  const still = Date.now() - at("move");
  if (still < LOOK) return;
  mark("move");
  if (still >= BACK_AFTER) beat();
}

async function redraw(agents) {
  if (!agents.length) return;
  const query = new URLSearchParams(agents.map((one) => ["agent", one]));
  const answer = await fetch(`${meta.content}?${query}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const dot of fresh.querySelectorAll("[data-presence]")) {
    for (const old of document.querySelectorAll(`[data-presence="${CSS.escape(dot.dataset.presence)}"]`)) {
      old.replaceWith(document.importNode(dot, true));
    }
  }
}

const shown = () => new Set([...document.querySelectorAll("[data-presence]")].map((dot) => dot.dataset.presence));

if (meta) {
  for (const type of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"]) {
    addEventListener(type, move, { passive: true, capture: true });
  }
  move();
  look();
  setInterval(look, LOOK);
  document.addEventListener("ahlan:change", ({ detail }) => {
    if (detail.kind === "agent.presence_changed") redraw([detail.subject.split(":")[1]].filter((one) => shown().has(one)));
  });
  document.addEventListener("ahlan:reset", () => redraw([...shown()].slice(0, 200)));
}
