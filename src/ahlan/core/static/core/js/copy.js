// [data-copy="#id"]: a click copies what the element says (a field's value, else its text); the button says so for a moment.
import { on } from "./attach.js";

const A_MOMENT = 1600;

on("click", "[data-copy]", async (_event, button) => {
  const from = document.querySelector(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(from.value ?? from.textContent);
  } catch {
    from.select?.(); // not allowed here: it is at least chosen, for Ctrl-C
    return;
  }
  const label = button.querySelector("[data-copy-label]") ?? button.lastChild;
  const before = label.textContent;
  if (before === button.dataset.copied) return;
  label.textContent = button.dataset.copied;
  setTimeout(() => (label.textContent = before), A_MOMENT);
});
