// Notices that go by themselves: [data-toast="seconds"]. Reading or holding one keeps it.
import { attach, on, say } from "./attach.js";

attach("[data-toast]", (toast) => {
  const seconds = Number(toast.dataset.toast) || 6;
  toast.style.setProperty("--seconds", `${seconds}s`);
  let left = seconds * 1000;
  let since = Date.now();
  let timer = setTimeout(leave, left);
  function leave() { toast.remove(); }
  function hold() { clearTimeout(timer); left -= Date.now() - since; }
  function go() { clearTimeout(timer); since = Date.now(); timer = setTimeout(leave, Math.max(left, 1000)); }
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("pointerleave", go);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("focusout", go);
  toast.addEventListener("htmx:afterRequest", (event) => event.detail.successful && leave());
});

on("click", "[data-toast-close]", (event, button) => button.closest("[data-toast]").remove());

// undo: an address that takes the act back when `undo` is posted to it; into: what the answer is put into.
export function toast(text, kind = "", { undo, into } = {}) {
  const made = document.createElement("div");
  made.className = `toast${kind ? ` toast--${kind}` : ""}`;
  made.dataset.toast = kind === "error" || undo ? "10" : "6";
  const words = document.createElement("p");
  words.className = "toast__text";
  words.textContent = text;
  made.append(words);
  if (undo) {
    const back = act("undo");
    back.addEventListener("click", () => {
      htmx.ajax("POST", undo, { target: into, swap: "innerHTML", values: { undo: "1" } });
      made.remove();
    });
    made.append(back);
  }
  const close = act("dismiss");
  close.dataset.toastClose = "";
  made.append(close);
  document.getElementById("toasts")?.append(made);
  made.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
}

function act(word) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "toast__act";
  button.textContent = say(word);
  return button;
}

// A form with data-done says so when it has worked, and with data-undo offers the way back. An answer that is put
// elsewhere is a question: nothing is done yet.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const { done, undo } = detail.requestConfig?.elt?.dataset ?? {};
  if (done && detail.successful && !detail.xhr.getResponseHeader("HX-Retarget")) toast(done, "", { undo, into: detail.requestConfig.elt.getAttribute("hx-target") });
});

// A verb may answer with HX-Trigger: {"ahlan:toast": {"text": "…", "kind": "…"}}.
document.addEventListener("ahlan:toast", (event) => toast(event.detail.text, event.detail.kind));
