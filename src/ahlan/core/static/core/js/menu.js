// A menu is a popover; here it is placed beside its button and walked with the arrows.
// data-menu="below" (default), "above" or "inline-end" says where; data-menu-align="end" lines up the far edges.
import { on } from "./attach.js";

const GAP = 4;
const opener = (menu) => document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);

function place(menu) {
  const button = opener(menu);
  if (!button) return;
  const anchor = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const rtl = getComputedStyle(menu).direction === "rtl";
  const far = (menu.dataset.menuAlign === "end") !== rtl;
  let x = far ? anchor.right - width : anchor.left;
  let y = menu.dataset.menu === "above" ? anchor.top - height - GAP : anchor.bottom + GAP;
  if (menu.dataset.menu === "inline-end") {
    x = rtl ? anchor.left - width - GAP : anchor.right + GAP;
    y = anchor.bottom - height;
  }
  if (y + height > innerHeight - GAP) y = anchor.top - height - GAP;
  if (y < GAP) y = Math.min(anchor.bottom + GAP, innerHeight - height - GAP);
  menu.style.setProperty("left", `${Math.max(GAP, Math.min(x, innerWidth - width - GAP))}px`);
  menu.style.setProperty("top", `${Math.max(GAP, y)}px`);
}

function settle(menu) {
  place(menu);
  if (menu.contains(document.activeElement)) return;
  menu.querySelector("[autofocus], input:not([type=hidden]), select, textarea, .menu__item")?.focus({ preventScroll: true });
}

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("[data-menu]")) return;
  const open = event.newState === "open";
  opener(menu)?.setAttribute("aria-expanded", open);
  if (open) settle(menu);
}, true);

// A menu may fetch its choices when it opens.
document.addEventListener("htmx:afterSettle", (event) => {
  const menu = event.target.closest?.("[data-menu]:popover-open");
  if (menu) settle(menu);
});

const items = (menu) => [...menu.querySelectorAll(".menu__item:not(:disabled)")].filter((item) => item.offsetParent);

on("keydown", "[data-menu]", (event, menu) => {
  const all = items(menu);
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? -1 : at - 1, Home: 0, End: -1 }[event.key];
  const typing = event.target.matches("input, textarea, select");
  if (to === undefined || (typing && event.key !== "ArrowDown") || !all.length) return;
  event.preventDefault();
  all.at(to % all.length).focus();
});

// A menu with a field at its top is narrowed while one types: [data-menu-filter].
on("input", "[data-menu-filter]", (event, field) => {
  const wanted = field.value.trim().toLocaleLowerCase();
  for (const item of field.closest("[data-menu]").querySelectorAll(".menu__item")) {
    item.hidden = !item.textContent.toLocaleLowerCase().includes(wanted);
  }
});

// A menu closes after its choice is on the way: closed sooner, the button would lose the focus and htmx its value.
on("click", ".menu__item", (event, item) => item.type === "submit" && setTimeout(() => item.closest("[popover]")?.hidePopover()));
