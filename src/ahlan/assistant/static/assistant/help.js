// Help where one writes: [data-help-take="words"] puts them in the place of what stands there, as if typed, so that undo brings it back.
import { on } from "../core/js/attach.js";
import { write } from "../core/js/composer.js";

on("click", "[data-help-take]", (event, button) => {
  const text = button.closest("form").querySelector("textarea");
  button.closest("[popover]")?.hidePopover();
  text.focus();
  text.select();
  write(text, button.dataset.helpTake);
});

// What is put into the answer from here closes the menu.
on("click", ".help-menu [data-compose]", (event, button) => button.closest("[popover]").hidePopover());
