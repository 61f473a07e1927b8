// One stream of changes for all tabs of a browser: the tab that holds the lock listens and tells the others.
// The server names its events change, signal, reset, trouble, well and beat; here they become ahlan:change and so on.
import { say } from "./attach.js";
import { toast } from "./toast.js";

const meta = document.querySelector('meta[name="ahlan-live"]');
const LOST_AFTER = 3500; // a browser comes back after two seconds; an hourly change of streams is no loss
const channel = "BroadcastChannel" in window ? new BroadcastChannel("ahlan-live") : null;
const SILENT_AFTER = 40_000;
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

let source = null;
let silence = 0;
let retry = 0;

function listen(url, isAnother = false) {
  source?.close();
  const mine = source = new EventSource(url);
  heard();
  mine.addEventListener("open", () => {
    clearTimeout(lostTimer);
    lostTimer = 0;
    pause = 1000;
    heard();
    tell("back");
    if (isAnother) tell("reset"); // it began where the log stands now: what came between is asked for
  });
  for (const name of ["change", "signal", "reset", "trouble", "well"]) {
    mine.addEventListener(name, (event) => { heard(); tell(name, event.data ? JSON.parse(event.data) : {}); });
  }
  mine.addEventListener("beat", heard);
  mine.addEventListener("error", () => {
    lostTimer ||= setTimeout(() => tell("lost"), LOST_AFTER);
    if (mine.readyState === EventSource.CLOSED) renewLater();
  });
}

// A line can die without a word: the server's beat is heard every fifteen seconds, or the stream is given up.
function heard() {
  clearTimeout(silence);
  silence = setTimeout(() => { tell("lost"); renew(); }, SILENT_AFTER);
}

function renewLater() {
  clearTimeout(retry);
  retry = setTimeout(renew, (pause = Math.min(pause * 2, 30_000)));
}

// The address carries a key that grows old; a fresh one stands in a fresh copy of the page, or at data-renew.
async function renew() {
  clearTimeout(retry);
  source.close();
  try {
    const answer = await fetch(meta.dataset.renew || location.href, { signal: AbortSignal.timeout(10_000) });
    if (answer.redirected && !meta.dataset.renew) return location.reload();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    listen(page.querySelector('meta[name="ahlan-live"]')?.content || meta.content, true);
  } catch {
    renewLater();
  }
}

addEventListener("offline", () => { if (source) tell("lost"); });
addEventListener("online", () => { if (source) renew(); });

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
