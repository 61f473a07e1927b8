// One stream of changes for all tabs of a browser: the tab that holds the lock listens and tells the others.
// The server names its events change, signal, reset, trouble and well; here they become ahlan:change and so on.
import { say } from "./attach.js";
import { toast } from "./toast.js";

const meta = document.querySelector('meta[name="ahlan-live"]');
const LOST_AFTER = 3500; // a browser comes back after two seconds; an hourly change of streams is no loss
const channel = "BroadcastChannel" in window ? new BroadcastChannel("ahlan-live") : null;
let lostTimer = 0;
let pause = 1000;

function tell(name, detail) {
  channel?.postMessage({ name, detail });
  hear(name, detail);
}

function hear(name, detail) {
  if (name in FAULTS) showFault(...FAULTS[name]);
  document.dispatchEvent(new CustomEvent(`ahlan:${name}`, { detail }));
}

const FAULTS = {
  lost: ["connection_lost", true], back: ["connection_lost", false], trouble: ["trouble", true], well: ["trouble", false],
};
const faults = new Set();

function showFault(word, there) {
  const banner = document.getElementById("connection-banner");
  if (!banner || faults.has(word) === there) return;
  if (there) faults.add(word);
  else faults.delete(word);
  banner.hidden = !faults.size;
  if (faults.size) banner.querySelector("[data-banner-text]").textContent = say([...faults][0]);
  else toast(say("connection_back"));
}

function listen(url) {
  const source = new EventSource(url);
  source.addEventListener("open", () => {
    clearTimeout(lostTimer);
    lostTimer = 0;
    pause = 1000;
    tell("back");
  });
  for (const name of ["change", "signal", "reset", "trouble", "well"]) {
    source.addEventListener(name, (event) => tell(name, event.data ? JSON.parse(event.data) : {}));
  }
  source.addEventListener("error", () => {
    lostTimer ||= setTimeout(() => tell("lost"), LOST_AFTER);
    if (source.readyState === EventSource.CLOSED) setTimeout(renew, (pause = Math.min(pause * 2, 30_000)));
  });
}

// The address carries a key that grows old; a fresh one stands in a fresh copy of the page, or at data-renew.
async function renew() {
  try {
    const answer = await fetch(meta.dataset.renew || location.href, { credentials: "same-origin" });
    if (answer.redirected && !meta.dataset.renew) return location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    listen(page.querySelector('meta[name="ahlan-live"]')?.content || meta.content);
  } catch {
    setTimeout(renew, (pause = Math.min(pause * 2, 30_000)));
  }
}

if (meta?.content) {
  if (channel) channel.onmessage = (event) => hear(event.data.name, event.data.detail);
  if (navigator.locks && channel) navigator.locks.request("ahlan-live", () => (listen(meta.content), new Promise(() => {})));
  else listen(meta.content);
}

// data-refresh-on="ticket:12 view": the element's own hx-get runs when a named subject, or kind, has changed.
const waiting = new Set();
let timer = 0;

function refresh() {
  timer = 0;
  for (const element of waiting) if (element.isConnected) htmx.trigger(element, "refresh");
  waiting.clear();
}

function later(wanted) {
  for (const element of document.querySelectorAll("[data-refresh-on]")) {
    if (wanted(element.dataset.refreshOn.split(/\s+/))) waiting.add(element);
  }
  if (waiting.size) timer ||= setTimeout(refresh, 150);
}

document.addEventListener("ahlan:change", ({ detail }) => {
  const subject = String(detail.subject ?? "");
  later((names) => [subject, subject.split(":")[0], detail.kind].some((name) => names.includes(name)));
});
document.addEventListener("ahlan:reset", () => later(() => true));
