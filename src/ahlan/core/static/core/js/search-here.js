// [data-search-here="list"]: a field that shows, of the elements marked data-found in #list, those that hold every word typed.
// A group (data-found-group) without any is hidden, and what stands aside ([data-found-aside]) while one searches;
// [data-found-none] shows when nothing is left.
import { attach } from "./attach.js";

attach("[data-search-here]", (field) => {
  const list = document.getElementById(field.dataset.searchHere);
  const rows = [...list.querySelectorAll("[data-found]")].map((row) => [row, row.dataset.found.toLowerCase()]);
  const look = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const [row, text] of rows) row.hidden = !words.every((word) => text.includes(word));
    for (const group of list.querySelectorAll("[data-found-group]")) group.hidden = !group.querySelector("[data-found]:not([hidden])");
    for (const aside of document.querySelectorAll("[data-found-aside]")) aside.hidden = words.length > 0;
    for (const none of list.querySelectorAll("[data-found-none]")) none.hidden = rows.some(([row]) => !row.hidden);
  };
  field.addEventListener("input", look);
  look();
});

// A link to something folded, or put out of sight by the search, brings it up.
function bringUp() {
  const meant = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!meant) return;
  if (meant.closest("[hidden]")) {
    for (const field of document.querySelectorAll("[data-search-here]")) {
      field.value = "";
      field.dispatchEvent(new Event("input"));
    }
  }
  const fold = meant.closest("details");
  if (fold) fold.open = true;
  meant.scrollIntoView();
}
addEventListener("hashchange", bringUp);
if (document.querySelector("[data-search-here]")) bringUp();
