// "@" in a note offers the people and teams who may read it; arrows choose, Enter or Tab writes the name.
import { attach } from "../core/js/attach.js";
import { write } from "../core/js/composer.js";

const ASKED = /(?:^|[^\p{L}\p{N}])@([\p{L}\p{N}.'’-]{0,30}(?: [\p{L}\p{N}.'’-]{0,30})?)$/u;
const MOST = 8;

attach("[data-composer]", (form) => {
  const text = form.querySelector("textarea");
  const list = form.querySelector("[data-mentions]");
  if (!list) return;
  let people = null;
  let asked = "";
  let at = 0;

  async function known() {
    people ??= fetch(form.dataset.people).then((answer) => (answer.ok ? answer.json() : { people: [] })).catch(() => ({ people: [] }));
    return (await people).people;
  }

  async function look() {
    const before = text.value.slice(0, text.selectionStart);
    const found = form.elements.kind?.value === "note" && before.match(ASKED);
    if (!found) return close();
    asked = found[1];
    const wanted = asked.toLocaleLowerCase();
    const fits = (name) => [name, ...name.split(" ")].some((part) => part.toLocaleLowerCase().startsWith(wanted));
    draw((await known()).filter(({ name }) => fits(name)).slice(0, MOST));
  }

  function draw(found) {
    list.replaceChildren(...found.map(({ name, team }, n) => {
      const option = document.createElement("li");
      option.id = `mention-${n}`;
      option.role = "option";
      option.dir = "auto";
      option.className = `mentions__one${team ? " mentions__one--team" : ""}`;
      option.textContent = name;
      option.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(option); });
      return option;
    }));
    list.hidden = !found.length;
    text.setAttribute("aria-controls", list.id);
    mark(0);
  }

  function mark(n) {
    at = (n + list.children.length) % (list.children.length || 1);
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", i === at));
    if (list.hidden) text.removeAttribute("aria-activedescendant");
    else text.setAttribute("aria-activedescendant", `mention-${at}`);
  }

  function choose(option) {
    text.setSelectionRange(text.selectionStart - asked.length, text.selectionStart);
    write(text, `${option.textContent} `);
    close();
  }

  function close() {
    list.hidden = true;
    mark(0);
  }

  text.addEventListener("input", look);
  text.addEventListener("blur", close);
  text.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing || event.ctrlKey || event.metaKey) return;
    const act = {
      ArrowDown: () => mark(at + 1), ArrowUp: () => mark(at - 1), Escape: close,
      Enter: () => choose(list.children[at]), Tab: () => choose(list.children[at]),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
});
