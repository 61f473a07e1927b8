// A question that depends on an earlier one stands only where it is asked: [data-when="its field"][data-is="answer"] in
// [data-questionnaire]. Without this script each says in words when it is asked.
import { attach } from "../core/js/attach.js";

attach("[data-questionnaire]", (form) => {
  const show = () => {
    const hidden = new Set();
    for (const question of form.querySelectorAll("[data-when]")) {
      const { when, is } = question.dataset;
      const chosen = [...form.querySelectorAll(`[name="${CSS.escape(when)}"]:checked`)].map((one) => one.value);
      question.hidden = hidden.has(when) || !chosen.includes(is);
      if (question.hidden) for (const field of question.querySelectorAll("[name]")) hidden.add(field.name);
    }
  };
  form.addEventListener("input", show);
  show();
});
