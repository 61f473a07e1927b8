// Panes whose width one may drag or set with the arrows: [data-panes] around, [data-pane="name"] on each separator.
// The width lives in a custom property of the container and is remembered by this browser.
import { attach, store } from "./attach.js";

const STEP = 16;

attach("[data-panes]", (panes) => {
  for (const separator of panes.querySelectorAll("[data-pane]")) makeDraggable(panes, separator);
});

function makeDraggable(panes, separator) {
  const name = separator.dataset.pane;
  const key = `pane:${name}`;
  const least = Number(separator.getAttribute("aria-valuemin"));
  const most = Number(separator.getAttribute("aria-valuemax"));
  const usual = Number(separator.getAttribute("aria-valuenow"));
  // A pane at the far side grows when its separator moves towards the start.
  const sign = () => (getComputedStyle(panes).direction === "rtl" ? -1 : 1) * (separator.dataset.paneSide === "end" ? -1 : 1);
  const now = () => Number(separator.getAttribute("aria-valuenow"));

  function set(width, keep = true) {
    const fitting = Math.round(Math.min(most, Math.max(least, width)));
    panes.style.setProperty(`--pane-${name}`, `${fitting / 16}rem`);
    separator.setAttribute("aria-valuenow", fitting);
    if (keep) store.set(key, fitting);
  }

  const kept = Number(store.get(key));
  if (kept) set(kept, false);

  separator.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    separator.setPointerCapture(event.pointerId);
    const [from, width] = [event.clientX, now()];
    const move = (moved) => set(width + (moved.clientX - from) * sign());
    separator.addEventListener("pointermove", move);
    separator.addEventListener("lostpointercapture", () => separator.removeEventListener("pointermove", move), { once: true });
  });
  separator.addEventListener("dblclick", () => set(usual));
  separator.addEventListener("keydown", (event) => {
    const to = {
      ArrowRight: now() + STEP * sign(), ArrowLeft: now() - STEP * sign(), Home: least, End: most,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    set(to);
  });
}
