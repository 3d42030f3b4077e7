// Suggestions under the search box of the directory: a comfort, the form works without.
(() => {
  "use strict";

  const box = document.querySelector("[data-suggest]");
  if (!box) return;
  const input = box.querySelector("input");
  const list = document.createElement("ul");
  const said = document.createElement("p");
  list.id = "q-list";
  list.className = "suggest__list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Programmes that may be meant");
  list.hidden = true;
  said.className = "usa-sr-only";
  said.setAttribute("role", "status");
  box.append(list, said);
  const wanted = {
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": "false",
  };
  for (const [name, value] of Object.entries(wanted)) input.setAttribute(name, value);

  let chosen = -1;
  let timer = 0;
  let asking = null;

  const close = () => {
    clearTimeout(timer);
    if (asking) asking.abort();
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const choose = (to) => {
    const options = [...list.children];
    chosen = (to + options.length) % options.length;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === chosen)));
    input.setAttribute("aria-activedescendant", options[chosen].id);
    options[chosen].scrollIntoView({ block: "nearest" });
  };
  const open = (option) => window.location.assign(`${box.dataset.entries}/${encodeURIComponent(option.dataset.key)}`);
  const show = (found) => {
    list.replaceChildren(
      ...found.map((one, place) => {
        const option = document.createElement("li");
        const company = document.createElement("span");
        option.id = `q-option-${place}`;
        option.className = "suggest__option";
        option.dataset.key = one.key;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        company.className = "suggest__company";
        company.textContent = one.company;
        option.append(one.name, " ", company);
        return option;
      }),
    );
    chosen = -1;
    list.hidden = !found.length;
    input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = found.length ? `${found.length} suggested, arrow keys choose` : "";
  };
  const ask = async () => {
    const typed = input.value.trim();
    if (typed.length < 2) return close();
    if (asking) asking.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(`${box.dataset.suggest}?q=${encodeURIComponent(typed)}`, { signal: asking.signal });
      if (answer.ok && document.activeElement === input) show(await answer.json());
    } catch {
      // Without an answer there are no suggestions, and the form still searches.
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : chosen < 0 ? 0 : -1));
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      open(list.children[chosen]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role='option']");
    if (!option) return;
    event.preventDefault();
    open(option);
  });
})();
