// A question: [data-ask]. One that came with an answer from a mail ([data-confirm]) sends it at the first sign of a person: a
// move, a touch, a key. A look by a machine sends nothing. [data-points] shows what the shares come to.
import { attach } from "../core/js/attach.js";

const SIGNS = ["pointermove", "pointerdown", "touchstart", "keydown", "wheel"];

attach("[data-confirm]", (form) => {
  const send = (event) => {
    if (!event.isTrusted || document.visibilityState !== "visible") return;
    for (const sign of SIGNS) window.removeEventListener(sign, send);
    if (!event.target.closest?.("[data-confirm] input, [data-confirm] button, a")) form.requestSubmit();
  };
  for (const sign of SIGNS) window.addEventListener(sign, send, { passive: true });
});

attach("[data-points]", (group) => {
  const output = group.querySelector("output");
  const told = new Intl.NumberFormat(document.documentElement.lang);
  const add = () => {
    const sum = [...group.querySelectorAll("input")].reduce((all, one) => all + (Number(one.value) || 0), 0);
    output.textContent = told.format(sum);
    output.classList.toggle("is-right", sum === Number(group.dataset.points));
  };
  group.addEventListener("input", add);
  add();
});
