// What goes wrong between browser and server is told in words, and a form is not sent twice by two clicks.
import { say } from "./attach.js";
import { toast } from "./toast.js";

document.addEventListener("htmx:sendError", () => toast(say("not_reached"), "error"));
document.addEventListener("htmx:timeout", () => toast(say("not_reached"), "error"));
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (status === 401) location.reload();
  else toast(reason(event.detail.xhr) || say(status === 403 ? "not_allowed" : "request_failed"), "error");
});

// A refusal may bring its reason, in words, as {"error": "…"}.
function reason(xhr) {
  if (!xhr.getResponseHeader("Content-Type")?.includes("json")) return "";
  try {
    const { error } = JSON.parse(xhr.responseText);
    return typeof error === "string" ? error : "";
  } catch {
    return "";
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post], [hx-put]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
