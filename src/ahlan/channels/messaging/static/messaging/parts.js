// [data-sms-parts] in a composer says what its text costs as an SMS: 160 signs of the old alphabet or 153 in each of several, 70 or 67
// of any other script. The same sum as in sms_parts.py.
import { attach, number } from "../core/js/attach.js";

const BASIC = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const TWICE = "\f^{}\\[~]|€";

export function parts(text) {
  const signs = [...text];
  const plain = signs.every((sign) => BASIC.includes(sign) || TWICE.includes(sign));
  const widths = signs.map((sign) => (plain ? (TWICE.includes(sign) ? 2 : 1) : sign.length));
  const [alone, each] = plain ? [160, 153] : [70, 67];
  const total = widths.reduce((sum, width) => sum + width, 0);
  if (total <= alone) return { count: 1, left: alone - total };
  let [count, used] = [1, 0];
  for (const width of widths) {
    if (used + width > each) [count, used] = [count + 1, 0];
    used += width;
  }
  return { count, left: each - used };
}

attach("[data-sms-parts]", (output) => {
  const form = output.closest("form"), text = form.querySelector("textarea"), only = output.dataset.inboxes?.split(" ");
  const tell = () => {
    output.hidden = Boolean(only) && !only.includes(form.elements.inbox.value);
    const { count, left } = parts(text.value.trim());
    const words = count > 1 ? output.dataset.more : output.dataset.one;
    output.textContent = text.value.trim() ? words.replace("{count}", number(count)).replace("{left}", number(left)) : "";
  };
  text.addEventListener("input", tell);
  if (only) form.elements.inbox.addEventListener("change", tell);
  tell();
});
