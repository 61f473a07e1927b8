// What goes wrong between browser and server is told in words, and a form is not sent twice by two clicks.
import { say } from "./attach.js";
import { toast } from "./toast.js";

// What a page asks by itself now and then, [data-quiet], fails quietly, and is put in only when it says something else.
const isQuiet = (event) => event.detail.elt?.matches?.("[data-quiet]");
const notReached = (event) => isQuiet(event) || toast(say("not_reached"), "error");

document.addEventListener("htmx:sendError", notReached);
document.addEventListener("htmx:timeout", notReached);
document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  if (status === 401) location.reload();
  else if (!isQuiet(event)) toast(reason(event.detail.xhr) || say(status === 403 ? "not_allowed" : "request_failed"), "error");
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.target.matches?.("[data-quiet]")) return;
  const told = event.target.dataset.told ?? event.target.innerHTML;
  event.detail.shouldSwap &&= event.detail.serverResponse.trim() !== told.trim();
  event.target.dataset.told = event.detail.serverResponse;
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
