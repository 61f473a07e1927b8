// The bell's menu asks for the latest when it opens. What is to be said aloud is said by the browser, when nobody looks at Ahlan:
// a tab that is looked at keeps saying so ("ahlan-here"), and the notification's number as its tag makes one of what many tabs say.
import { attach, store } from "../core/js/attach.js";

const HERE = "ahlan-here";
const STALE = 60_000;
const list = document.querySelector("[data-notifications]")?.dataset.notifications;
const may = () => ("Notification" in window ? Notification.permission : "denied");
const somebodyLooks = () => Date.now() - Number(store.get(HERE) ?? 0) < STALE;

let looked = false;

function here() {
  if (document.hasFocus()) store.set(HERE, String(Date.now()));
  else if (looked) store.remove(HERE);
  looked = document.hasFocus();
}

for (const name of ["focus", "blur"]) addEventListener(name, here);
setInterval(here, STALE / 3);
here();

attach("[data-notifications]", (menu) => {
  menu.addEventListener("toggle", (event) => event.newState === "open" && htmx.trigger(menu, "refresh"));
});

async function say(subject) {
  const answer = await fetch(`${list}${subject.split(":")[1]}/`, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const { title, text, url } = await answer.json();
  const shown = new Notification(title, { body: text, tag: `ahlan-${subject}`, dir: "auto" });
  shown.addEventListener("click", () => { window.focus(); location.assign(url); shown.close(); });
}

document.addEventListener("ahlan:change", ({ detail }) => {
  if (detail.kind === "notification.raised" && detail.facts?.aloud && list && may() === "granted" && !somebodyLooks()) say(detail.subject);
});

attach("[data-notifications-ask]", (box) => {
  const state = box.querySelector("[data-notifications-state]");
  const allow = box.querySelector("[data-notifications-allow]");
  const attempt = box.querySelector("[data-notifications-try]");
  const words = { granted: box.dataset.asked, denied: box.dataset.refused, default: box.dataset.unasked };
  function show() {
    state.textContent = words[may()];
    allow.hidden = may() !== "default";
    attempt.hidden = may() !== "granted";
    box.hidden = false;
  }
  allow.addEventListener("click", async () => { await Notification.requestPermission(); show(); });
  attempt.addEventListener("click", () => new Notification(box.dataset.tryTitle, { body: box.dataset.tryText, dir: "auto" }));
  show();
});
