// [data-dialog="id"] opens a <dialog>; a click beside it closes it. <dialog data-open> opens as soon as it comes; where
// it came with the page it stands open without this script.
import { attach, on } from "./attach.js";

on("click", "[data-dialog]", (event, opener) => {
  opener.closest("[popover]")?.hidePopover();
  document.getElementById(opener.dataset.dialog)?.showModal();
});
on("click", "dialog", (event, dialog) => event.target === dialog && dialog.close());
attach("dialog[data-open]", (dialog) => {
  dialog.removeAttribute("open");
  dialog.showModal();
  dialog.addEventListener("close", () => dialog.remove());
});
