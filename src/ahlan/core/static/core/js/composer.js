// The box one writes in: [data-composer] on its form. Drafts, files and the send key; the words are in drafts.js
// and uploads.js. Without this script it is an ordinary form.
import { attach, on, say } from "./attach.js";
import { keepDraft } from "./drafts.js";
import { toast } from "./toast.js";
import { takeFiles } from "./uploads.js";

attach("[data-composer]", (form) => {
  const text = form.querySelector("textarea");
  keepDraft(form, text);
  takeFiles(form, text);
  // A tab chosen by hand or by its key leads into the text, forwarding first asks to whom; walking the tabs with
  // the arrows does not.
  form.addEventListener("click", (event) => {
    if (event.target.name !== "kind" || (event.detail === 0 && event.isTrusted)) return;
    const to = form.elements.to;
    const asks = event.target.value === "forward" && to && !to.value;
    if (asks) to.closest("details").open = true;
    (asks ? to : text).focus();
  });
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    const send = [...form.querySelectorAll("[data-send]")].find((button) => button.offsetParent && !button.disabled);
    if (send) form.requestSubmit(send);
  });
});

// A message does not leave while one of its files is still on the way.
document.addEventListener("submit", (event) => {
  if (!(Number(event.target.dataset.uploading) > 0)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  toast(say("still_uploading"));
}, true);

// Enter in a field that has its own button presses that one, not the first of the form: [data-enter="id"].
on("keydown", "[data-enter]", (event, field) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  document.getElementById(field.dataset.enter)?.click();
});

// [data-compose="reply"] anywhere on the page turns to that tab and puts the cursor into the box; with data-words it
// writes them below what stands there. A verb may answer with HX-Trigger: {"ahlan:compose": {"kind": "…", "words": "…"}}.
on("click", "[data-compose]", (event, { dataset: { compose: kind, words } }) => compose({ kind, words }));
document.addEventListener("ahlan:compose", (event) => compose(event.detail));

function compose({ kind, words }) {
  const form = document.querySelector("[data-composer]");
  const tab = form?.querySelector(`input[name="kind"][value="${kind}"]`);
  if (!tab) return;
  form.closest("[data-screen]")?.setAttribute("data-screen", "ticket");
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  tab.click();
  const text = form.querySelector("textarea");
  text.focus();
  form.scrollIntoView({ block: "nearest" });
  if (!words) return;
  const before = text.value.trimEnd();
  text.setSelectionRange(before.length, text.value.length);
  fillIn(text, before ? `\n\n${words}` : words);
}

// [data-mark="**"] wraps what is selected; [data-mark-line="> "] begins each line with it.
on("click", "[data-mark], [data-mark-line]", (event, button) => {
  const text = button.closest("form").querySelector("textarea");
  const chosen = text.value.slice(text.selectionStart, text.selectionEnd);
  const { mark, markLine, markEnd } = button.dataset;
  const made = markLine
    ? chosen.split("\n").map((line, i) => (markLine === "1. " ? `${i + 1}. ` : markLine) + line).join("\n")
    : `${mark}${chosen}${markEnd ?? mark}`;
  write(text, made);
  if (!chosen && mark) text.setSelectionRange(...Array(2).fill(text.selectionEnd - (markEnd ?? mark).length));
});

// Writes as if typed, so that undo takes it back.
export function write(text, words) {
  text.focus();
  if (!document.execCommand("insertText", false, words)) {
    text.setRangeText(words, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// Writes words that have a blank: the first "…" is chosen, to be typed over.
export function fillIn(text, words) {
  write(text, words);
  const blank = words.indexOf("…");
  if (blank < 0) return;
  const start = text.selectionEnd - words.length + blank;
  text.setSelectionRange(start, start + 1);
}

on("click", "[data-preview]", (event, button) => {
  const form = button.closest("form");
  const shown = form.classList.toggle("is-previewing");
  button.setAttribute("aria-pressed", shown);
  if (shown) htmx.trigger(button, "preview");
  else form.querySelector("textarea").focus();
});
