// Comforts of the application: what an answer brings into view appears at once, and what is typed is saved as one
// types. Without this file the same happens when one presses "Save".
(() => {
  "use strict";

  const form = document.querySelector("form[data-questions], form[data-autosave]");
  if (!form) return;

  // --- Conditional questions -------------------------------------------------------------------------------------
  const given = (source) => {
    const home = form.querySelector(`[data-question="${source}"]`);
    if (!home || home.hidden || home.closest("[data-section]")?.hidden) return [];
    const inputs = [...home.querySelectorAll(`[name="q_${source}"]`)];
    const chosen = inputs.filter((input) => !["radio", "checkbox"].includes(input.type) || input.checked);
    return chosen.map((input) => input.value.trim()).filter(Boolean);
  };
  const holds = ({ source, is, values }) => {
    const answers = given(source);
    if (!answers.length) return false;
    const several = form.querySelectorAll(`[name="q_${source}"][type="checkbox"]`).length > 0;
    if (is === "contains" && !several) {
      return values.some((value) => answers.some((answer) => answer.toLowerCase().includes(value.toLowerCase())));
    }
    const meets = answers.some((answer) => values.includes(answer));
    return is === "is_not" ? !meets : meets;
  };
  const show = () => {
    form.querySelectorAll("[data-section], [data-question]").forEach((part) => {
      if (part.dataset.when) part.hidden = !JSON.parse(part.dataset.when).every(holds);
    });
    form.querySelectorAll("[data-section]").forEach((section) => {
      if (!section.dataset.when) section.hidden = !section.querySelector("[data-question]:not([hidden])");
    });
    const shown = form.querySelector("[data-shown]");
    const visible = [...form.querySelectorAll("[data-question]")].filter((part) => !part.closest("[hidden]"));
    if (shown) shown.value = visible.map((part) => part.dataset.question).join(" ");
  };
  if (form.querySelector("[data-when]")) {
    form.addEventListener("input", show);
    form.addEventListener("change", show);
    show();
  }

  // --- Saving as one types -----------------------------------------------------------------------------------------
  if (!form.dataset.autosave) return;
  const status = document.querySelector("[data-autosave-status]");
  const store = `unsaved:${form.dataset.autosave}`;
  const wait = Number(form.dataset.autosaveWait || 1500);
  let timer, running = false, again = false, stopped = false;

  const values = () => {
    const body = new FormData(form);
    [...body.entries()].forEach(([name, value]) => value instanceof File && body.delete(name));
    return body;
  };
  const own = (name) => !["csrf_token", "seen_edits", "shown_before"].includes(name);
  const seen = () => Number(form.querySelector("[name=seen_edits]").value);
  const remember = (sent = false) => {
    const kept = { edits: seen(), sent, values: [...values().entries()].filter(([name]) => own(name)) };
    try { sessionStorage.setItem(store, JSON.stringify(kept)); } catch { /* only the second net is lost */ }
  };
  const forget = () => { try { sessionStorage.removeItem(store); } catch { /* as above */ } };
  const tell = (words, href, link) => {
    status.replaceChildren(words);
    if (!href) return;
    const anchor = document.createElement("a");
    anchor.href = href;
    anchor.textContent = link;
    status.append(" ", anchor);
  };

  const putBack = (kept) => {
    [...form.elements].filter((input) => input.name && own(input.name)).forEach((input) => {
      const texts = kept.values.filter(([name]) => name === input.name).map(([, value]) => value);
      if (["radio", "checkbox"].includes(input.type)) input.checked = texts.includes(input.value);
      else if (!["file", "hidden", "submit"].includes(input.type) && texts.length) input.value = texts[0];
    });
    show();
    remember();
    later(0);
  };
  const restore = () => {
    let kept;
    try { kept = JSON.parse(sessionStorage.getItem(store) || "null"); } catch { kept = null; }
    if (!kept || form.dataset.rejected) return;
    if (kept.edits === seen()) return putBack(kept);
    if (kept.sent) return forget();
    const button = document.createElement("button");
    button.type = "button";
    button.className = "usa-button usa-button--unstyled";
    button.textContent = "Put back what I typed";
    button.addEventListener("click", () => putBack(kept));
    tell("This page was saved elsewhere since you typed here.");
    status.append(" ", button);
  };
  const later = (ms = wait) => {
    clearTimeout(timer);
    timer = setTimeout(save, ms);
  };
  const save = async () => {
    if (stopped) return;
    if (running) { again = true; return; }
    running = true;
    const body = values();
    body.set("autosave", "1");
    try {
      const answer = await fetch(form.action, {
        method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "manual",
      });
      const said = answer.ok || answer.status === 409 ? await answer.json() : {};
      if (answer.ok) {
        form.querySelector("[name=seen_edits]").value = said.edits;
        if (!again) forget();
        tell(`Saved ${said.at}`);
      } else if (answer.status === 409) {
        stopped = true;
        tell(`${said.error.message} Nothing of yours is lost: press “${form.dataset.button}” to see both.`);
      } else if ([400, 401].includes(answer.status) || answer.type === "opaqueredirect") {
        stopped = true;
        tell("You are signed out. What you typed is kept in this tab:", form.dataset.signIn, "sign in and go on");
      } else {
        tell("Not saved yet. What you typed is kept in this tab; trying again.");
        later(10000);
      }
    } catch {
      tell("No connection. What you typed is kept in this tab and saved when the connection is back.");
      later(10000);
    }
    running = false;
    if (again) { again = false; later(); }
  };
  form.addEventListener("input", () => { remember(); later(); });
  form.addEventListener("change", () => { remember(); later(); });
  form.addEventListener("submit", () => {
    stopped = true;
    clearTimeout(timer);
    remember(true);
  });
  window.addEventListener("online", () => later(0));
  window.addEventListener("pageshow", (event) => { if (event.persisted) stopped = false; });
  restore();
})();
