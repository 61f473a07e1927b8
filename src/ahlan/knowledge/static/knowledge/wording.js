// Where an article is written: files by button, paste or drop are kept at once and named in the text; [data-drop-file] deletes one.
import { attach, on, token } from "../core/js/attach.js";
import { write } from "../core/js/composer.js";
import { toast } from "../core/js/toast.js";

attach("[data-wording]", (form) => {
  const text = form.querySelector("textarea");
  const take = async (files) => {
    for (const file of files) await upload(form, text, file);
  };
  form.querySelector('input[type="file"]').addEventListener("change", (event) => {
    take([...event.target.files]);
    event.target.value = "";
  });
  for (const [kind, given] of [["paste", "clipboardData"], ["drop", "dataTransfer"]]) {
    text.addEventListener(kind, (event) => {
      if (!event[given].files.length) return;
      event.preventDefault();
      take([...event[given].files]);
    });
  }
});

async function upload(form, text, file) {
  if (file.size > Number(form.dataset.largest)) return toast(form.dataset.refused, "error");
  const body = new FormData();
  body.append("file", file, file.name || "picture.png");
  const answer = await fetch(form.dataset.upload, { method: "POST", body, headers: { "X-CSRFToken": token() } }).catch(() => null);
  if (!answer?.ok) return toast(form.dataset.refused, "error");
  const { id, name, picture } = await answer.json();
  write(text, `${picture ? "!" : ""}[${name.replaceAll(/[[\]]/g, "")}](attachment:${id})\n`);
}

on("click", "[data-drop-file]", async (event, button) => {
  const answer = await fetch(button.dataset.dropFile, { method: "DELETE", headers: { "X-CSRFToken": token() } }).catch(() => null);
  if (answer?.ok) button.closest("li").remove();
});
