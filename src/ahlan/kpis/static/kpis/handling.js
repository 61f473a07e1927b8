// Counts how long a ticket is in front of somebody who is at work: the page shown and in front, and something moved within the minute.
// The whole is told each time, so a word that is lost or comes twice does no harm.
import { attach, token } from "../core/js/attach.js";

const STILL = 60_000;
const AGAIN = 30_000;
const TURN = 1_000;
let sitting = null; // { url, key, seconds, told }
let moved = Date.now();
let counted = Date.now();

const key = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const isAtWork = () => !document.hidden && document.hasFocus() && Date.now() - moved < STILL;

function count() {
  const passed = Date.now() - counted;
  counted = Date.now();
  if (sitting && passed < 5 * TURN && isAtWork()) sitting.seconds += passed / TURN; // longer: the machine slept
}

function tell() {
  const whole = sitting && Math.floor(sitting.seconds);
  if (!sitting || whole <= sitting.told) return;
  const word = new FormData();
  word.set("csrfmiddlewaretoken", token());
  word.set("key", sitting.key);
  word.set("seconds", whole);
  if (navigator.sendBeacon(sitting.url, word)) sitting.told = whole;
}

attach("[data-handling]", ({ dataset: { handling: url } }) => {
  if (sitting?.url === url) return;
  count();
  tell();
  sitting = { url, key: key(), seconds: 0, told: 0 };
});

for (const type of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"]) {
  addEventListener(type, () => { moved = Date.now(); }, { passive: true, capture: true });
}
document.addEventListener("visibilitychange", () => { count(); tell(); });
addEventListener("pagehide", () => { count(); tell(); });
setInterval(() => {
  count();
  if (sitting && !document.querySelector("[data-handling]")) { tell(); sitting = null; }
}, TURN);
setInterval(tell, AGAIN);
