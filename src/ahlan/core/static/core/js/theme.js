// Light, dark, or as the system: [data-theme-set]. A cookie tells the server, so that no page flashes.
import { attach, on } from "./attach.js";

const root = document.documentElement;

function show(choice) {
  for (const button of choice.querySelectorAll("[data-theme-set]")) {
    button.setAttribute("aria-pressed", button.dataset.themeSet === (root.dataset.theme ?? ""));
  }
}

attach("[data-theme-choice]", show);
on("click", "[data-theme-set]", (event, button) => {
  const theme = button.dataset.themeSet;
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Path=/; SameSite=Lax; Max-Age=${theme ? 31536000 : 0}${secure}`;
  document.querySelectorAll("[data-theme-choice]").forEach(show);
});
