// The chat in its frame: what is said waits in a queue until the server has it, and a stream brings what comes.
import { listen } from "./stream.js";

const setUp = JSON.parse(document.getElementById("set-up").textContent);
const { base, words, language } = setUp;
const at = (id) => document.getElementById(id);
const [said, status, typing, composer, text, files, asks, after] = ["said", "status", "typing", "composer", "text", "files", "asks", "after"].map(at);
const store = { // a browser may keep nothing for a frame of another site: then it lasts as long as the page
  held: {},
  get(key) { try { return localStorage.getItem(`${base}${key}`); } catch { return this.held[key] ?? null; } },
  set(key, value) { try { localStorage.setItem(`${base}${key}`, value); } catch { this.held[key] = value; } },
};

let begun = false, wished = 0;
let host = null; // the origin of the page around, once it has said hello
let page = "", identity = null;
let token = store.get("token") ?? "";
let standing = {}, last = 0, read = 0, unread = 0, visible = parent === window, stream = null;
let queue = JSON.parse(store.get("queue") ?? "[]"); // [{key, text}]; files are held beside it
const held = new Map(); // key -> File[]
const lines = new Map(); // key of a message of one's own -> its element

const tell = (kind, more = {}) => { if (host) parent.postMessage({ ahlan: 1, kind, ...more }, host); };
const ask = (what, given, options = {}) => fetch(`${base}${what}/`, {
  method: "POST", headers: { authorization: `Bearer ${token}`, ...(given instanceof FormData ? {} : { "content-type": "application/json" }) },
  body: given instanceof FormData ? given : JSON.stringify(given ?? {}), credentials: "omit", ...options,
});

async function begin() {
  let answer;
  try { answer = await ask("session", { page, identity, language }); } catch { status.textContent = words.offline; setTimeout(begin, 3000); return; }
  if (answer.status === 403) { status.textContent = words.refused; composer.hidden = true; return; }
  if (!answer.ok) { setTimeout(begin, answer.status === 429 ? 60000 : 5000); return; }
  const given = await answer.json();
  if (given.token) { token = given.token; store.set("token", token); forget(); }
  stand(given);
  begun = true;
  if (wished) mayAppear(wished);
  wished = 0;
  stream?.stop();
  stream = listen(`${base}stream/`, { token: () => token, last: () => last, heard, offline, refused: begin });
  send();
}

function forget() { // another visitor's words are not this one's
  for (const line of said.querySelectorAll("[data-seq], [data-key]")) line.remove();
  lines.clear();
  [last, read, unread] = [0, 0, 0];
  queue = queue.filter((one) => !one.of || one.of === token);
  keepQueue();
}

function stand(given) {
  standing = { ...standing, ...given };
  read = Math.max(read, standing.read ?? 0);
  if (standing.opens_at) {
    const when = new Intl.DateTimeFormat(language, { weekday: "long", hour: "numeric", minute: "numeric" }).format(new Date(standing.opens_at));
    status.textContent = words.closed.replace("{when}", when);
  } else if (standing.waits) {
    status.textContent = standing.wait_minutes ? words.minutes.replace("{minutes}", new Intl.NumberFormat(language).format(standing.wait_minutes)) : words.soon;
  } else status.textContent = "";
  asks.hidden = setUp.asks === "nothing" || !standing.needs_form;
  for (const field of asks.querySelectorAll("input")) field.required = !asks.hidden && setUp.asks === "required";
  at("end").hidden = !standing.chat || standing.ended;
  after.hidden = !standing.ended || !standing.chat;
  at("rating").hidden = standing.rated;
  at("transcript").hidden = !setUp.mails;
  markRead();
}

let isAway = false;
async function offline(away) {
  if (away) status.textContent = words.offline;
  else if (isAway) { // what happened meanwhile beside the lines, such as its end
    const answer = await ask("session", { page, identity, language }).catch(() => null);
    if (answer?.ok) stand(await answer.json());
    send();
  }
  isAway = away;
}

function heard(kind, data, id) {
  if (kind === "line") show(data, id);
  if (kind === "seen") { standing.seen = Math.max(standing.seen ?? 0, data.upto); markRead(); }
  if (kind === "ended") { stand({ ended: true }); tell("over"); }
  if (kind === "signal" && data.kind === "typing") showTyping();
  if (kind === "signal" && data.kind === "seen") { standing.seen = data.upto; markRead(); }
}

let quiet = 0;
function showTyping() {
  typing.textContent = words.typing;
  clearTimeout(quiet);
  quiet = setTimeout(() => { typing.textContent = ""; }, 6000);
}

function element(tag, className, content = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = content;
  return made;
}

function show(line, id) {
  if (id <= last) return;
  last = id;
  const own = line.side === "visitor";
  if (own) { lines.get(line.key)?.remove(); queue = queue.filter((one) => one.key !== line.key); keepQueue(); }
  const row = draw(line.text, own, line.html);
  row.dataset.seq = line.seq;
  const foot = element("div", "line__foot", [own ? "" : line.author || words.we, new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(new Date(line.at))].filter(Boolean).join(" · "));
  if (own) foot.append(element("span", "line__read"));
  for (const one of line.files) {
    const link = element("a", "line__file", `${one.name} · ${new Intl.NumberFormat(language, { notation: "compact", style: "unit", unit: "byte", unitDisplay: "narrow" }).format(one.size)}`);
    Object.assign(link, { href: `${base}files/${one.sign}/`, download: one.name, dir: "auto" });
    row.append(link);
  }
  row.append(foot);
  for (const old of said.querySelectorAll(".line__choices")) old.remove(); // the conversation has gone on
  if (line.choices.length) row.append(offer(line));
  said.insertBefore(row, said.querySelector("[data-key]"));
  if (own) stand({ chat: line.chat, ended: standing.chat === line.chat && standing.ended });
  else { typing.textContent = ""; stand({ waits: false, chat: line.chat, ended: standing.chat === line.chat && standing.ended }); if (!visible && line.seq > read) { unread += 1; tell("unread", { count: unread }); } }
  settle();
}

function offer(line) { // a press is the word on the button; pressed again, in another tab too, it is the same message
  const made = element("div", "line__choices");
  for (const choice of line.choices) {
    const button = element("button", "line__choice", choice);
    Object.assign(button, { type: "button", dir: "auto" });
    button.addEventListener("click", () => { made.remove(); put({ key: `press-of-${line.seq}`, text: choice, of: token }); text.focus(); });
    made.append(button);
  }
  return made;
}

function draw(words_, own, html = "") {
  const row = element("li", `line line--${own ? "visitor" : "agent"}`);
  const body = element("div", "line__text", html ? "" : words_);
  if (html) body.innerHTML = html; // made safe by the server, and the page's policy runs no script in it
  else body.dir = "auto";
  for (const link of body.querySelectorAll("a")) { link.target = "_blank"; link.rel = "noopener noreferrer"; }
  if (words_) row.append(body);
  return row;
}

function settle() {
  at("log").scrollTop = at("log").scrollHeight;
  if (visible && document.visibilityState === "visible" && last > read && standing.chat) { read = last; ask("read", { upto: last }).catch(() => { read = 0; }); }
  markRead();
}

function markRead() {
  const own = [...said.querySelectorAll(".line--visitor[data-seq]")];
  const lastRead = own.filter((row) => Number(row.dataset.seq) <= (standing.seen ?? 0)).at(-1);
  for (const row of own) row.querySelector(".line__read").textContent = row === lastRead ? ` · ${words.read}` : "";
}

const keepQueue = () => store.set("queue", JSON.stringify(queue));

function say() {
  const content = text.value.trim(), attached = [...files.files];
  if (!content && !attached.length) return;
  if (attached.length > 5 || attached.reduce((sum, one) => sum + one.size, 0) > 10 * 1024 * 1024) { status.textContent = words.too_large; return; }
  if (!composer.reportValidity()) return;
  const one = { key: crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16)).join(""), text: content, name: asks.hidden ? "" : asks.querySelector("[name=name]").value, email: asks.hidden ? "" : asks.querySelector("[name=email]").value, of: token };
  if (attached.length) held.set(one.key, attached);
  [text.value, files.value] = ["", ""];
  grow();
  put(one);
}

function put(one) {
  queue.push(one);
  keepQueue();
  asks.hidden = true;
  tell("began");
  wait(one);
  send();
}

function wait(one) { // what is said stands there at once, marked as on its way
  const row = draw(one.text, true);
  row.dataset.key = one.key;
  row.append(element("div", "line__foot", words.sending));
  lines.set(one.key, row);
  said.append(row);
  at("log").scrollTop = at("log").scrollHeight;
}

let sending = false;
async function send() {
  if (sending || !token) return;
  sending = true;
  try {
    while (queue.length) {
      const one = queue[0];
      if (!lines.has(one.key)) wait(one);
      const form = new FormData();
      for (const key of ["key", "text", "name", "email"]) form.set(key, one[key] ?? "");
      for (const file of held.get(one.key) ?? []) form.append("files", file);
      const answer = await ask("messages", form);
      if (answer.status === 429 || answer.status >= 500) throw new Error("later");
      queue = queue.filter((other) => other.key !== one.key);
      keepQueue();
      if (answer.ok) { held.delete(one.key); const { line, ...given } = await answer.json(); stand(given); }
      else {
        const { told } = await answer.json().catch(() => ({}));
        fail(one);
        if (told) status.textContent = told;
      }
    }
  } catch { setTimeout(send, 3000); } finally { sending = false; }
}

function fail(one) {
  const row = lines.get(one.key);
  const again = element("button", "line__again", words.failed);
  again.type = "button";
  again.addEventListener("click", () => { row.remove(); lines.delete(one.key); queue.push({ ...one, of: token }); keepQueue(); stand({}); send(); });
  row?.querySelector(".line__foot")?.replaceChildren(again);
  stand({});
}

function grow() { text.style.height = "auto"; text.style.height = `${Math.min(text.scrollHeight, 140)}px`; }

composer.noValidate = true;
composer.addEventListener("submit", (event) => { event.preventDefault(); say(); });
text.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); say(); } });
let typed = 0;
text.addEventListener("input", () => { grow(); if (standing.chat && Date.now() - typed > 3000) { typed = Date.now(); ask("typing").catch(() => {}); } });
files.addEventListener("change", () => { if (files.files.length) { files.parentElement.dataset.count = files.files.length; say(); } });
at("end").addEventListener("click", () => ask("end").then(() => { stand({ ended: true, waits: false }); tell("over"); after.querySelector("button").focus(); }).catch(() => offline(true)));
at("close").addEventListener("click", () => tell("close"));
document.addEventListener("keydown", (event) => { if (event.key === "Escape") tell("close"); });
for (const button of document.querySelectorAll("[data-thumb]")) button.addEventListener("click", async () => {
  const answer = await ask("rating", { thumb: Number(button.dataset.thumb), word: at("rating").elements.word.value }).catch(() => null);
  if (answer?.ok) { at("rating").hidden = true; standing.rated = true; at("after-told").textContent = words.thanks; }
});
at("rating").addEventListener("submit", (event) => event.preventDefault());
at("transcript").addEventListener("submit", async (event) => {
  event.preventDefault();
  const answer = await ask("transcript", { email: event.target.elements.email.value }).catch(() => null);
  at("after-told").textContent = answer?.ok ? words.mailed : words.not_mailed;
});
document.addEventListener("visibilitychange", settle);

function look(shown) {
  visible = shown;
  if (!shown) return;
  unread = 0;
  text.focus();
  settle();
}

async function mayAppear(id) { // once the house knows who this is
  if (!begun) { wished = id; return; }
  const answer = await ask("nudges", { nudge: id }).catch(() => null);
  if (answer?.ok && (await answer.json()).shows) tell("nudge", { id });
}

if (parent === window) { page = location.href; begin(); }
addEventListener("message", (event) => {
  if (event.source !== parent || !setUp.origins.includes(event.origin) || event.data?.ahlan !== 1) return;
  host = event.origin;
  if (event.data.kind === "hello") { at("close").hidden = false; page = String(event.data.page ?? ""); identity = event.data.identity ?? null; begin(); }
  if (event.data.kind === "opened") look(true);
  if (event.data.kind === "closed") look(false);
  if (event.data.kind === "may") mayAppear(Number(event.data.id));
  if (event.data.kind === "took") ask("nudges", { nudge: Number(event.data.id), taken: true }).catch(() => {});
});
