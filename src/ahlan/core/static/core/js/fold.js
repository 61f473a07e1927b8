// Long things fold: [data-fold] after a screen, and quoted words in HTML mail behind an ellipsis.
import { attach } from "./attach.js";

const SCREENS = 0.7;

attach("[data-fold]", (body) => {
  if (body.scrollHeight <= innerHeight * SCREENS * 1.25) return;
  body.classList.add("is-folded");
  const more = document.createElement("button");
  more.type = "button";
  more.className = "button button--plain button--small fold__more";
  more.textContent = body.dataset.fold;
  more.addEventListener("click", () => {
    body.classList.remove("is-folded");
    more.remove();
  });
  body.after(more);
});

attach("[data-quotes] blockquote", (quote) => {
  if (quote.parentElement.closest("blockquote, details")) return;
  const details = document.createElement("details");
  details.className = "quoted";
  const summary = document.createElement("summary");
  summary.textContent = "…";
  quote.before(details);
  details.append(summary, quote);
  name(summary);
});
attach("[data-quotes] .quoted > summary", name);

function name(summary) {
  summary.setAttribute("aria-label", summary.closest("[data-quotes]").dataset.quotes);
}
