// A slash in the composer brings up canned replies and macros: [data-picker="address"] in its form. What follows the
// slash narrows them, the arrows walk, Enter or Tab takes one, Escape leaves the slash as it is.
import { attach, on, token } from "../core/js/attach.js";
import { fillIn, write } from "../core/js/composer.js";

const ASKED = /(?:^|\s)\/([\p{L}\p{N}_-]{0,40})$/u;
const PAUSE = 120;

attach("[data-picker]", (picker) => {
  const form = picker.closest("form");
  const text = form.querySelector("textarea");
  let timer = 0;
  let asking = null;
  let left;

  const options = () => [...picker.querySelectorAll("[role=option]")];
  const chosen = () => picker.querySelector("[aria-selected=true]");
  const asked = () => text.value.slice(0, text.selectionStart).match(ASKED)?.[1];
  text.setAttribute("aria-controls", picker.id);

  function close() {
    clearTimeout(timer);
    asking?.abort();
    picker.hidden = true;
    text.removeAttribute("aria-activedescendant");
  }

  function choose(option) {
    for (const one of options()) one.setAttribute("aria-selected", one === option);
    text.setAttribute("aria-activedescendant", option?.id ?? "");
    option?.scrollIntoView({ block: "nearest" });
  }

  async function ask(words) {
    asking?.abort();
    asking = new AbortController();
    const answer = await fetch(`${picker.dataset.picker}?q=${encodeURIComponent(words)}`, { signal: asking.signal }).catch(() => null);
    if (!answer?.ok || asked() !== words) return;
    picker.innerHTML = await answer.text();
    picker.hidden = false;
    choose(options()[0]);
  }

  async function take(option) {
    const words = asked() ?? "";
    const end = text.selectionStart;
    close();
    const answer = option.dataset.words
      ? await fetch(option.dataset.words, { method: "POST", headers: { "X-CSRFToken": token() } }).catch(() => null)
      : null;
    if (option.dataset.words && !answer?.ok) return;
    text.setSelectionRange(end - words.length - 1, end);
    if (option.dataset.text) fillIn(text, option.dataset.text);
    else write(text, answer ? await answer.text() : "");
    if (option.dataset.act) htmx.ajax("POST", option.dataset.act, { target: "#ticket", swap: "innerHTML" });
  }

  text.addEventListener("input", () => {
    const words = asked();
    clearTimeout(timer);
    if (words === undefined || words === left) return close();
    left = undefined;
    timer = setTimeout(() => ask(words), PAUSE);
  });
  text.addEventListener("blur", close);
  text.addEventListener("keydown", (event) => {
    if (picker.hidden || event.isComposing || event.ctrlKey || event.metaKey) return;
    const all = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) choose(all.at((all.indexOf(chosen()) + step) % all.length));
    else if (["Enter", "Tab"].includes(event.key) && !event.shiftKey && chosen()) take(chosen());
    else if (event.key === "Escape") { left = asked(); close(); event.stopPropagation(); }
    else return;
    event.preventDefault();
  }, true);
  // Pressing on the list leaves the cursor where it is.
  picker.addEventListener("pointerdown", (event) => event.target.closest("a") || event.preventDefault());
  picker.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
});

on("click", "[data-picker-open]", (event, button) => {
  const text = button.closest("form").querySelector("textarea");
  text.focus();
  const before = text.value.slice(0, text.selectionStart);
  write(text, before && !/\s$/.test(before) ? " /" : "/");
});
