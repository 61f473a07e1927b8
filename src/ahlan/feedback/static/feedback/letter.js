// [data-letter="address"] in a composer: what is written becomes a letter as a PDF that goes with it. Words stay where they are.
import { on, say, token } from "../core/js/attach.js";
import { toast } from "../core/js/toast.js";
import { putFile } from "../core/js/uploads.js";

on("click", "[data-letter]", async (event, button) => {
  const form = button.closest("form");
  const body = new URLSearchParams({ text: form.querySelector("textarea").value });
  button.disabled = true;
  const answer = await fetch(button.dataset.letter, { method: "POST", body, headers: { "X-CSRFToken": token() } }).catch(() => null);
  button.disabled = false;
  if (!answer) return toast(say("not_reached"), "error");
  const made = await answer.json().catch(() => ({}));
  if (answer.ok) putFile(form, made);
  else toast(made.error || say("request_failed"), "error");
});
