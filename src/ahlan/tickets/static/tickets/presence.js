// Who else has this ticket open: each page says so now and again, and tells whoever it hears of.
import { attach, token } from "../core/js/attach.js";

const AGAIN = 20_000;
const GONE = 50_000;
let here = { ticket: "", others: new Map() };

const place = () => document.querySelector("[data-looking]");

function tell() {
  const shown = place();
  if (!shown || document.hidden) return;
  fetch(shown.dataset.lookingUrl, { method: "POST", headers: { "X-CSRFToken": token() } }).catch(() => null);
}

function draw() {
  const shown = place();
  if (!shown) return;
  const late = Date.now() - GONE;
  for (const [agent, { at }] of here.others) if (at < late) here.others.delete(agent);
  const names = [...here.others.values()].map(({ name }) => `\u2068${name}\u2069`);
  const listed = new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" }).format(names);
  shown.textContent = names.length ? shown.dataset.lookingText.replace("{names}", listed) : "";
}

attach("[data-looking]", (shown) => {
  if (here.ticket === shown.dataset.looking) return draw();
  here = { ticket: shown.dataset.looking, others: new Map() };
  tell();
});

document.addEventListener("ahlan:signal", ({ detail: { kind, ticket, agent, name } }) => {
  const shown = place();
  if (kind !== "looking" || !shown || String(ticket) !== shown.dataset.looking || String(agent) === shown.dataset.lookingSelf) return;
  const known = here.others.has(agent);
  here.others.set(agent, { name: name ?? "", at: Date.now() });
  draw();
  if (!known) tell();
});

document.addEventListener("visibilitychange", tell);
setInterval(() => { tell(); draw(); }, AGAIN);
