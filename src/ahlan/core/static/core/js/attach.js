// How a behaviour finds its elements: those on the page now and those htmx brings later.
const known = [];

function visit(root) {
  for (const { selector, connect, seen } of known) {
    const found = [...root.querySelectorAll(selector)];
    if (root.matches?.(selector)) found.unshift(root);
    for (const element of found) {
      if (seen.has(element)) continue;
      seen.add(element);
      connect(element);
    }
  }
}

export function attach(selector, connect) {
  known.push({ selector, connect, seen: new WeakSet() });
  visit(document.body);
}

export function on(type, selector, act) {
  document.addEventListener(type, (event) => {
    const element = event.target.closest?.(selector);
    if (element) act(event, element);
  });
}

document.addEventListener("htmx:load", (event) => visit(event.target));

let strings;
// The words come with the page, in the reader's language; {name} is filled in.
export function say(key, values = {}) {
  strings ??= JSON.parse(document.getElementById("strings")?.textContent ?? "{}");
  return (strings[key] ?? "").replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function number(n) {
  return new Intl.NumberFormat(document.documentElement.lang).format(n);
}

export function token() {
  return JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";
}

export function announce(text) {
  const announcer = document.getElementById("announcer");
  if (announcer) announcer.textContent = text;
}

// Storage may be forbidden or full; nothing may fail for that.
export const store = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); return true; } catch { return false; } },
  remove(key) { try { localStorage.removeItem(key); } catch { return; } },
};
