// [data-dialog="id"] opens a <dialog>; a click beside it closes it.
import { on } from "./attach.js";

on("click", "[data-dialog]", (event, opener) => {
  opener.closest("[popover]")?.hidePopover();
  document.getElementById(opener.dataset.dialog)?.showModal();
});
on("click", "dialog", (event, dialog) => event.target === dialog && dialog.close());
