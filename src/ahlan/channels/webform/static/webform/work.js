// Work before sending (webform/work.py): begun when somebody begins to write, done in a thread of its own. Where a browser
// cannot, the form is sent without.
const form = document.querySelector("form[data-work]");
if (form && window.isSecureContext && window.Worker) {
  const bits = Number(form.dataset.work);
  let done = null;
  const begin = () => {
    done ??= new Promise((resolve) => {
      const worker = new Worker(form.dataset.workBy, { type: "module" });
      worker.onmessage = ({ data }) => { form.elements.work.value = data; resolve(); };
      worker.onerror = () => resolve();
      worker.postMessage({ stamp: form.elements.stamp.value, bits });
    });
    return done;
  };
  form.addEventListener("focusin", begin, { once: true });
  form.addEventListener("submit", async (event) => {
    if (form.elements.work.value || form.dataset.work === "done") return;
    event.preventDefault();
    if (form.ariaBusy === "true") return; // a second click waits for the same work
    form.ariaBusy = "true";
    await begin();
    form.dataset.work = "done";
    form.requestSubmit(event.submitter ?? undefined);
  });
}
