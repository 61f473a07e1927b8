// One key, one act: [data-key="r"] is clicked, or focused when it is a field. Never while somebody types.
const TYPING = "input:not([type=checkbox], [type=radio], [type=button], [type=submit]), textarea, select, [contenteditable]";
const STEPS = { j: 1, k: -1 };

// On a Hebrew, Arabic, Persian or Russian keyboard the letter is the one printed at the same place.
function pressed(event) {
  if (event.key.length > 1 || /^[\x20-\x7e]$/.test(event.key)) return event.key;
  return event.code.startsWith("Key") ? event.code[3].toLowerCase() : event.key;
}

function actsOn(key) {
  const found = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].filter((one) => !one.disabled);
  return found.find((one) => one.offsetParent) ?? found[0];
}

export function act(element) {
  if (element.matches("textarea, input:not([type=radio], [type=checkbox])")) element.focus();
  else element.click();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const away = document.querySelector("dialog[open], [popover]:popover-open");
  if (event.target.matches?.(TYPING)) {
    if (event.key === "Escape" && !away) event.target.blur();
    return;
  }
  if (away) return;
  const key = pressed(event);
  const element = actsOn(key);
  if (key in STEPS) document.dispatchEvent(new CustomEvent("ahlan:move", { detail: STEPS[key] }));
  else if (element) {
    event.preventDefault();
    act(element);
  }
});
