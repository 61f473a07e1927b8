// Pictures from elsewhere tell their sender when a mail was read; they are fetched only when somebody asks.
import { on } from "./attach.js";

on("click", "[data-show-pictures]", (event, button) => {
  for (const picture of button.closest("[data-pictures]").querySelectorAll("img[data-remote-src]")) {
    picture.src = picture.dataset.remoteSrc;
    picture.removeAttribute("data-remote-src");
  }
  (button.closest("[data-pictures-notice]") ?? button).remove();
});
