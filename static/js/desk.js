// Single keys at the vetting desk. They are announced on the page and can be turned off; everything works without.
(() => {
  "use strict";

  const note = document.querySelector("[data-shortcuts]");
  if (!note) return;
  const KEPT = "desk-keys";
  const toggle = note.querySelector("[data-shortcuts-on]");
  const remembered = (() => {
    try {
      return localStorage.getItem(KEPT);
    } catch {
      return null;
    }
  })();
  toggle.checked = remembered !== "off";
  toggle.addEventListener("change", () => {
    try {
      localStorage.setItem(KEPT, toggle.checked ? "on" : "off");
    } catch {
      // A browser that keeps nothing forgets the choice with the page.
    }
  });
  note.hidden = false;

  const rows = [...document.querySelectorAll("[data-desk] tbody tr")];
  const here = () => rows.findIndex((row) => row.contains(document.activeElement));
  const go = (to) => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, to))];
    if (!row) return;
    row.querySelector("th a").focus();
    row.scrollIntoView({ block: "nearest" });
  };
  const follow = (selector) => {
    const link = document.querySelector(selector);
    if (link) link.click();
  };
  const help = () => {
    note.open = !note.open;
    if (note.open) note.querySelector("summary").focus();
  };
  const focus = (selector) => {
    const target = document.querySelector(selector);
    if (target) target.focus();
  };
  const tick = () => {
    const row = rows[here()];
    const box = row && row.querySelector("input[name='chosen']");
    if (box) {
      box.focus();
      box.click();
    }
  };
  const KEYS = {
    list: {
      j: () => go(here() + 1),
      k: () => go(here() - 1),
      x: tick,
      o: () => rows[here()] && rows[here()].querySelector("th a").click(),
      b: () => focus("[data-desk] button[value='ticked']"),
      "/": () => focus("#search"),
      "?": help,
    },
    item: {
      j: () => follow("[data-desk-item] [rel='next']"),
      k: () => follow("[data-desk-item] [rel='prev']"),
      u: () => follow("[data-desk-list]"),
      a: () => follow("[data-desk-assign]"),
      d: () => focus("#decide"),
      "?": help,
    },
  }[note.dataset.shortcuts];
  const TYPED = "input:not([type='checkbox'], [type='radio'], [type='submit']), textarea, select, [contenteditable]";

  document.addEventListener("keydown", (event) => {
    if (!toggle.checked || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest(TYPED)) return;
    const act = Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : null;
    if (act) {
      event.preventDefault();
      act();
    }
  });
})();
