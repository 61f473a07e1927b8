// The fields beside a ticket: each is saved when it is left, and takes what others have changed meanwhile, unless one is in it.
import { attach, on, say } from "../core/js/attach.js";
import { toast } from "../core/js/toast.js";

attach("[data-fields]", (panel) => {
  const form = panel.querySelector("form");
  panel.addEventListener("refresh", () => ask(panel));
  if (!form) return;
  form.dataset.live = "";
  form.addEventListener("change", ({ target }) => save(panel, form, target.closest("[data-field]")));
  form.addEventListener("submit", (event) => { event.preventDefault(); document.activeElement.blur(); });
  form.addEventListener("keydown", ({ key, target }) => {
    if (key !== "Escape" || !("defaultValue" in target)) return;
    target.value = target.defaultValue;
    target.blur();
  });
});

async function save(panel, form, row) {
  const values = new FormData(form);
  const mine = new FormData();
  mine.append("csrfmiddlewaretoken", values.get("csrfmiddlewaretoken"));
  mine.append("field", row.dataset.field);
  for (const value of values.getAll(`field-${row.dataset.field}`)) mine.append(`field-${row.dataset.field}`, value);
  const answer = await reach(form.action, { method: "POST", body: mine });
  if (!answer) return;
  const refused = answer.status === 422 ? (await answer.json()).error : answer.ok ? "" : say("request_failed");
  tell(row, refused);
  if (refused) return;
  take(panel, await answer.text());
  const state = panel.querySelector(".fields__state");
  state.textContent = panel.dataset.saved;
  setTimeout(() => { state.textContent = ""; }, 2000);
}

async function ask(panel) {
  const address = panel.querySelector("form")?.action ?? panel.dataset.fields;
  const answer = address && await reach(address, {});
  if (answer?.ok) take(panel, await answer.text());
}

async function reach(address, request) {
  try {
    return await fetch(address, { ...request, headers: { "HX-Request": "true" } });
  } catch {
    toast(say("not_reached"), "error");
    return null;
  }
}

function tell(row, text) {
  const place = row.querySelector(".fields__error");
  place.textContent = text;
  place.hidden = !text;
  row.querySelectorAll("input, select, textarea").forEach((box) => box.setAttribute("aria-invalid", Boolean(text)));
}

// Rows that are new come in at their place, those no longer shown go; the one somebody is in stays as it is.
function take(panel, text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-fields]");
  const form = panel.querySelector("form");
  if (!fresh?.querySelector("form") || !form) {
    if (fresh && !panel.contains(document.activeElement)) swap(panel, fresh);
    return;
  }
  const busy = (row) => row.contains(document.activeElement) || !row.querySelector(".fields__error").hidden;
  for (const row of form.querySelectorAll("[data-field]")) if (!fresh.querySelector(`#${row.id}`) && !busy(row)) row.remove();
  let before = null;
  for (const made of fresh.querySelectorAll("[data-field]")) {
    let row = document.getElementById(made.id);
    if (!row || !busy(row)) {
      document.adoptNode(made);
      if (row) row.replaceWith(made);
      else if (before) before.after(made);
      else form.querySelector("[name=csrfmiddlewaretoken]").after(made);
      row = made;
    } else row.classList.toggle("is-missing", made.classList.contains("is-missing"));
    before = row;
  }
}

function swap(panel, fresh) {
  panel.replaceWith(document.adoptNode(fresh));
  fresh.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
}

// A closing that was refused leads to the first field that is empty; panels that are folded away come forth.
document.addEventListener("htmx:responseError", ({ detail: { xhr } }) => {
  if (xhr.status !== 422 || !xhr.getResponseHeader("Content-Type")?.includes("json")) return;
  const { fields } = JSON.parse(xhr.responseText);
  if (fields?.length) lead(fields[0]);
});
const lead = (pk) => {
  const box = document.querySelector(`[data-field="${CSS.escape(pk)}"] .fields__box :is(input, select, textarea)`);
  if (box && !box.checkVisibility()) document.querySelector("[data-panels-toggle]")?.click();
  box?.focus();
};
on("click", "[data-to-fields]", () => {
  const first = document.querySelector("[data-field]");
  if (first) lead(first.dataset.field);
});
