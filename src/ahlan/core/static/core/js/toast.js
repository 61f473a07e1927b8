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

export function toast(text, kind = "") {
  const made = document.createElement("div");
  made.className = `toast${kind ? ` toast--${kind}` : ""}`;
  made.dataset.toast = kind === "error" ? "12" : "6";
  const words = document.createElement("p");
  words.className = "toast__text";
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast__act";
  close.dataset.toastClose = "";
  close.textContent = say("dismiss");
  made.append(words, close);
  document.getElementById("toasts")?.append(made);
  htmx.process(made);
  made.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
}

// A verb may answer with HX-Trigger: {"ahlan:toast": {"text": "…", "kind": "…"}}.
document.addEventListener("ahlan:toast", (event) => toast(event.detail.text, event.detail.kind));
