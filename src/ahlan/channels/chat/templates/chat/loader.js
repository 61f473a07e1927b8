{% autoescape off %}// Puts the chat of {{ widget.brand|escapejs }} on a page. Styles are set by script alone, so that a strict policy of the page allows them.
(() => {
  const script = document.currentScript;
  const origin = "{{ origin|escapejs }}";
  const base = origin + "{{ widget.get_absolute_url|escapejs }}";
  const words = { open: "{{ words.open|escapejs }}", close: "{{ words.close|escapejs }}" };
  const nudges = {{ nudges }};
  const given = script.dataset;
  const key = "ahlan-chat:{{ widget.slug|escapejs }}";
  const side = {% if widget.at_start %}"insetInlineStart"{% else %}"insetInlineEnd"{% endif %};
  const narrow = matchMedia("(max-width: 480px)");
  let frame = null, open = false, wanted = 0;

  const kept = (name) => { try { return localStorage.getItem(`${key}:${name}`); } catch { return null; } };
  const keep = (name, value) => { try { value ? localStorage.setItem(`${key}:${name}`, value) : localStorage.removeItem(`${key}:${name}`); } catch { /* not allowed here */ } };
  const put = (tag, style) => {
    const made = document.createElement(tag);
    Object.assign(made.style, { boxSizing: "border-box", position: "fixed", zIndex: "2147483000", border: "0", ...style });
    document.body.append(made);
    return made;
  };
  const tell = (said) => frame?.contentWindow?.postMessage({ ahlan: 1, ...said }, origin);

  const start = () => {
    const ground = { background: "{{ widget.colour|escapejs }}", color: "{{ ink|escapejs }}", font: "500 16px/1.3 system-ui, sans-serif", cursor: "pointer" };
    const button = put("button", { ...ground, [side]: "20px", bottom: "20px", minWidth: "56px", height: "56px", padding: "0 18px", borderRadius: "28px", boxShadow: "0 2px 10px rgb(0 0 0 / .25)" });
    button.type = "button";
    const bubbleOf = () => { // drawn, since not every machine has a letter for it
      const made = (tag, given) => Object.entries(given).reduce((one, [name, value]) => { one.setAttribute(name, value); return one; }, document.createElementNS("http://www.w3.org/2000/svg", tag));
      const drawn = made("svg", { viewBox: "0 0 24 24", width: "24", height: "24", fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linejoin": "round", "aria-hidden": "true" });
      drawn.append(made("path", { d: "M4 4h16v12H9l-5 4z" }));
      return drawn;
    };
    const label = (unread) => { button.replaceChildren(...(open ? ["×"] : unread ? [bubbleOf(), ` ${unread}`] : [bubbleOf()])); button.setAttribute("aria-label", open ? words.close : unread ? `${words.open} (${unread})` : words.open); };
    button.setAttribute("aria-expanded", "false");
    label(0);

    const fit = () => frame && Object.assign(frame.style, narrow.matches
      ? { inset: "0", width: "100%", height: "100%", borderRadius: "0", [side]: "0", bottom: "0" }
      : { inset: "auto", width: "380px", height: "min(620px, calc(100vh - 108px))", borderRadius: "12px", [side]: "20px", bottom: "88px" });
    const load = () => {
      if (frame) return;
      const language = given.language ?? document.documentElement.lang ?? "";
      frame = put("iframe", { display: "none", colorScheme: "normal", boxShadow: "0 4px 24px rgb(0 0 0 / .25)" });
      frame.title = words.open;
      frame.addEventListener("load", () => {
        tell({ kind: "hello", page: location.origin + location.pathname, identity: given.hash ? { id: given.id ?? "", email: given.email ?? "", name: given.name ?? "", exp: given.exp, hash: given.hash } : null });
        if (open) tell({ kind: "opened" });
        if (wanted) tell({ kind: "may", id: wanted });
      });
      frame.src = `${base}?lang=${encodeURIComponent(language)}`;
      fit();
    };
    const show = (wanted) => {
      open = wanted;
      if (open) load();
      frame.style.display = open ? "block" : "none";
      button.style.display = open && narrow.matches ? "none" : "";
      button.setAttribute("aria-expanded", String(open));
      label(0);
      if (open) { frame.focus(); tell({ kind: "opened" }); } else { tell({ kind: "closed" }); button.focus(); }
    };
    button.addEventListener("click", () => show(!open));
    narrow.addEventListener("change", fit);

    addEventListener("message", (event) => {
      if (event.origin !== origin || event.source !== frame?.contentWindow || event.data?.ahlan !== 1) return;
      if (event.data.kind === "close") show(false);
      if (event.data.kind === "unread" && !open) label(Number(event.data.count) || 0);
      if (event.data.kind === "began") keep("on", "1");
      if (event.data.kind === "over") keep("on", "");
      if (event.data.kind === "nudge") appear(nudges.find((one) => one.id === event.data.id));
    });

    if (kept("on")) load(); // a chat goes on: its answers shall be counted on the button
    const seen = () => (kept("nudged") ?? "").split(",");
    const language = given.language ?? document.documentElement.lang ?? "";
    const fits = (one) => location.pathname.startsWith(one.path || "/") && (!one.segment || given.segment === one.segment)
      && (!one.language || language.startsWith(one.language)) && (one.whom === "everybody" || (one.whom === "known") === Boolean(given.hash));
    let asked = kept("on") ? 1 : 0; // one at a time is enough
    const wish = (one) => setTimeout(() => {
      if (asked || open || kept("on") || seen().includes(String(one.id))) return;
      asked = one.id;
      keep("nudged", [...seen(), one.id].filter(Boolean).join(","));
      wanted = one.id;
      if (frame) tell({ kind: "may", id: one.id }); else load(); // the house has the last word: it knows whom it has told
    }, one.after * 1000);
    const appear = (one) => {
      if (!one || open || one.id !== asked) return;
      const bubble = put("button", { ...ground, background: "#fff", color: "#111", [side]: "20px", bottom: "88px", maxWidth: "300px", padding: "12px 16px", borderRadius: "12px", textAlign: "start", boxShadow: "0 2px 10px rgb(0 0 0 / .25)" });
      bubble.type = "button";
      bubble.dir = "auto";
      bubble.textContent = one.text;
      bubble.addEventListener("click", () => { bubble.remove(); tell({ kind: "took", id: one.id }); show(true); });
      button.addEventListener("click", () => bubble.remove(), { once: true });
    };
    nudges.filter(fits).filter((one) => !seen().includes(String(one.id))).forEach(wish);
  };
  if (document.body) start(); else addEventListener("DOMContentLoaded", start);
})();
{% endautoescape %}
