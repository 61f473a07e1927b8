// The search page: the arrows walk along what was found, Escape leads back to the words, a chip adds its filter,
// and the address follows what stands in the box, so that it can be kept and gone back to.
const field = () => document.getElementById("search-words");
const hits = () => [...document.querySelectorAll(".search-hit")];

document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const all = hits();
  const at = all.indexOf(document.activeElement);
  if (step && (at >= 0 || document.activeElement === field())) {
    event.preventDefault();
    (all[at + step] ?? (step < 0 ? field() : all[at]))?.focus();
  } else if (event.key === "Escape" && at >= 0) field().focus();
});

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-search-add]");
  if (!chip) return;
  chip.closest("[popover]")?.hidePopover();
  const words = field().value.trim();
  field().value = `${words}${words ? " " : ""}${chip.dataset.searchAdd}`;
  field().focus();
  if (chip.dataset.searchAdd.endsWith(":")) return;
  field().form.requestSubmit();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id !== "search-results") return;
  const address = new URL(location.href);
  address.searchParams.set("q", field().value);
  history.replaceState(history.state, "", address);
});
