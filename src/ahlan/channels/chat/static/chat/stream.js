// Server-sent events over fetch, which unlike EventSource can show a token in a header. Comes back by itself and resumes.
const SILENT = 40_000; // milliseconds; it beats every 15 seconds

export function listen(address, { token, last, heard, offline, refused }) {
  let going = true, control = null, beat = 0, pause = 500, dead = 0, waking = () => {};
  const alive = () => { clearTimeout(dead); dead = setTimeout(() => control?.abort(), SILENT); beat = Date.now(); };
  const again = () => { if (Date.now() - beat > 20_000) control?.abort(); waking(); };

  async function once() {
    control = new AbortController();
    alive();
    const answer = await fetch(address, { headers: { authorization: `Bearer ${token()}`, "last-event-id": String(last()) }, cache: "no-store", credentials: "omit", signal: control.signal });
    if (answer.status === 403) { going = false; refused(); return; }
    if (!answer.ok) throw new Error(answer.status);
    pause = 500;
    offline(false);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      alive();
      const parts = (rest + value).split("\n\n");
      rest = parts.pop();
      parts.forEach(take);
    }
  }

  function take(part) {
    const fields = Object.fromEntries(part.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1).trimStart()]));
    if (fields.event && fields.data) heard(fields.event, JSON.parse(fields.data), Number(fields.id ?? 0));
  }

  (async () => {
    while (going) {
      try { await once(); } catch { if (going) offline(true); }
      if (!going) break;
      await new Promise((resolve) => { waking = resolve; setTimeout(resolve, pause * (0.75 + Math.random() / 2)); });
      pause = Math.min(pause * 2, 10_000);
    }
    clearTimeout(dead);
  })();
  addEventListener("online", again);
  document.addEventListener("visibilitychange", again);
  return { stop() { going = false; control?.abort(); waking(); } };
}
