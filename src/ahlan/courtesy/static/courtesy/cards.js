// Technique cards where one writes: [data-card="words"] writes them, [data-cards-search] narrows them and gives the first to Enter.
import { on } from "../core/js/attach.js";
import { fillIn } from "../core/js/composer.js";

on("click", "[data-card]", (event, button) => {
  const text = button.closest("form").querySelector("textarea");
  button.closest("[popover]").hidePopover();
  fillIn(text, button.dataset.card);
});

on("keydown", "[data-cards-search]", (event, field) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault(); // or it would send the reply
  if (field.value.trim()) field.closest("[data-cards]").querySelector("[data-card]:not([hidden])")?.click();
});
