// Keys for lists, and where focus goes after a part of the page was replaced. Without this file everything works.
// Keys (off by one setting, WCAG 2.1.4): j and k walk the rows, f flags the row or the record, / goes to the search field.
"use strict";

const typing = (element) => element.matches("input, select, textarea, [contenteditable]");
const rows = () => [...document.querySelectorAll("tbody tr, .sluis-list > li")].filter((row) => row.querySelector("a"));

function step(by) {
  const all = rows();
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by];
  if (next) (next.querySelector("[data-row]") || next.querySelector("a")).focus();
}

const acts = {
  j: () => step(1),
  k: () => step(-1),
  f: () => {
    const row = document.activeElement.closest("tr, li");
    const flag = (row && row.querySelector("[data-key='f']")) || document.querySelector("main [data-key='f']");
    if (flag) flag.click();
  },
  "/": () => {
    const field = document.querySelector("main [data-key='/'], main input[type='search']");
    if (field) field.focus();
  },
};

document.addEventListener("keydown", (event) => {
  if (document.documentElement.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target) || !Object.hasOwn(acts, event.key)) return;
  event.preventDefault();
  acts[event.key]();
});

// A swap that changes what the page is about says so by data-focus on its new heading; nothing else takes the focus.
document.addEventListener("htmx:after:swap", (event) => {
  const heading = document.querySelector("main [data-focus]");
  if (heading && event.target.contains(heading)) heading.focus();
});
document.addEventListener("htmx:before:request", (event) => event.target.closest("[aria-live], form, section")?.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:finally:request", () => document.querySelectorAll("[aria-busy]").forEach((each) => each.removeAttribute("aria-busy")));
