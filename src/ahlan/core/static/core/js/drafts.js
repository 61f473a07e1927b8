// A draft is saved on the server a moment after the last letter, and in this browser at once until that is done.
import { say, store, token } from "./attach.js";

const AFTER = 600;
const FIELDS = ["kind", "text", "to", "cc", "bcc"];

export function keepDraft(form, text) {
  const url = form.dataset.draft;
  if (!url) return;
  const key = `draft:${url}`;
  const state = form.querySelector("[data-draft-state]");
  let timer = 0;
  let sending = null;

  const told = (word) => { if (state) state.textContent = word ? say(word) : ""; };
  const fields = () => {
    const all = new FormData(form);
    return new URLSearchParams(FIELDS.filter((name) => all.has(name)).map((name) => [name, all.get(name)]));
  };

  async function save() {
    clearTimeout(timer);
    timer = 0;
    sending?.abort();
    const mine = (sending = new AbortController());
    const body = fields();
    try {
      const answer = await fetch(url, { method: "POST", body, signal: mine.signal, keepalive: body.toString().length < 60_000, headers: { "X-CSRFToken": token() } });
      if (!answer.ok) throw Object.assign(new Error("draft refused"), { final: answer.status < 500 });
      if (store.get(key) === body.toString()) store.remove(key);
      told(text.value ? "draft_saved" : "");
    } catch (error) {
      if (error.name === "AbortError") return;
      told("draft_kept_here");
      if (!error.final) timer = setTimeout(save, 5000);
    }
  }

  function changed() {
    store.set(key, fields().toString());
    clearTimeout(timer);
    told("draft_saving");
    timer = setTimeout(save, AFTER);
  }

  restore(form, text, store.get(key), changed);
  form.addEventListener("input", (event) => FIELDS.includes(event.target.name) && changed());
  addEventListener("pagehide", () => timer && form.isConnected && save());
  const sent = () => { clearTimeout(timer); timer = 0; sending?.abort(); };
  form.addEventListener("submit", () => { sent(); });
  form.addEventListener("htmx:beforeRequest", (event) => event.detail.elt === form && sent());
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form) return;
    if (event.detail.successful) store.remove(key);
    else changed();
  });
}

// What this browser holds and the server never got is put back.
function restore(form, text, kept, changed) {
  const fields = kept && new URLSearchParams(kept);
  if (!fields?.get("text") || fields.get("text") === text.value) return;
  for (const [name, value] of fields) {
    const field = form.elements[name];
    if (field) field.value = value;
  }
  changed();
}
