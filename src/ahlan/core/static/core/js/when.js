// Keeps <time data-when> fresh, and tells it in the reader's own calendar and zone. Same words as core/numerals.py.
import { attach } from "./attach.js";

const root = document.documentElement;
const timeZone = root.dataset.timeZone || undefined;
const exact = new Intl.DateTimeFormat(root.lang, { dateStyle: "full", timeStyle: "short", timeZone });
const day = new Intl.DateTimeFormat(root.lang, { month: "short", day: "numeric", timeZone });
const date = new Intl.DateTimeFormat(root.lang, { dateStyle: "medium", timeZone });
const relative = new Intl.RelativeTimeFormat(root.lang);
const present = new Intl.RelativeTimeFormat(root.lang, { numeric: "auto" }).format(0, "second");
const STEPS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const WEEK = 7 * 86400;

const short = (n, unit) => new Intl.NumberFormat(root.lang, { style: "unit", unit, unitDisplay: "short" }).format(n);

function distance(seconds) {
  const [unit, length] = STEPS.find(([, least]) => seconds >= least);
  return short(Math.floor(seconds / length), unit);
}

export function tell(moment, style, at = new Date()) {
  const passed = (at - moment) / 1000;
  const apart = Math.abs(passed);
  if (style === "apart") return distance(Math.max(apart, 60));
  if (apart >= WEEK) return (moment.getFullYear() === at.getFullYear() ? day : date).format(moment);
  const [unit, length] = STEPS.find(([, seconds]) => apart >= seconds) ?? [];
  if (!unit) return present;
  const n = Math.floor(apart / length);
  return style === "short" ? short(n, unit) : relative.format(passed > 0 ? -n : n, unit).replace(/ \([12]\)$/, ""); // CLDR's Hebrew says "two hours (2) ago"
}

function refresh(time) {
  const moment = new Date(time.dateTime);
  if (Number.isNaN(moment.getTime())) return;
  const told = tell(moment, time.dataset.when);
  if (time.textContent !== told) time.textContent = told;
  time.title = exact.format(moment);
}

attach("time[data-when]", refresh);
setInterval(() => document.querySelectorAll("time[data-when]").forEach(refresh), 30_000);
