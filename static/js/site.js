// Comforts only: every page works without this file.
(() => {
  "use strict";

  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();

  const menus = document.querySelectorAll("details[name='main-menu']");
  const close = (except) => menus.forEach((menu) => menu !== except && menu.removeAttribute("open"));
  document.addEventListener("click", (event) => close(event.target.closest("details[name='main-menu']")));
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && document.querySelector("details[name='main-menu'][open]");
    if (open) {
      close();
      open.querySelector("summary").focus();
    }
  });

  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  // A second click on a slow form must not send it twice; coming back by the Back button frees it again.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "yes";
    setTimeout(() => event.target.removeAttribute("data-sent"), 5000);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => form.removeAttribute("data-sent"));
  });
})();
