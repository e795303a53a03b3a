/* Light or dark, before the first paint. Auto follows the system; the choice is kept on this device only. */
(function () {
  "use strict";
  var KEY = "theme";
  var ORDER = ["auto", "light", "dark"];
  var dark = window.matchMedia("(prefers-color-scheme: dark)");

  // Storage throws when a browser is set to refuse it; the page must not care.
  function choice() {
    try { return ORDER.indexOf(localStorage.getItem(KEY)) > 0 ? localStorage.getItem(KEY) : "auto"; } catch (e) { return "auto"; }
  }
  function apply() {
    var theme = choice() === "auto" ? (dark.matches ? "dark" : "light") : choice();
    document.documentElement.setAttribute("data-bs-theme", theme);
  }
  function label(button) {
    var text = document.getElementById("script-text");
    if (text) button.textContent = text.getAttribute("data-theme-" + choice());
  }

  apply();
  dark.addEventListener("change", apply);

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-theme-toggle]").forEach(function (button) {
      button.hidden = false;
      label(button);
      button.addEventListener("click", function () {
        try { localStorage.setItem(KEY, ORDER[(ORDER.indexOf(choice()) + 1) % ORDER.length]); } catch (e) { return; }
        apply();
        label(button);
      });
    });
  });
})();
