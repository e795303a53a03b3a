/* What every page shares: words for scripts, menus, shortcuts, guards around forms. Nothing here is needed to work. */
(function () {
  "use strict";

  var strings = document.getElementById("script-text");

  /** Text of the catalogue by its data name, with {name} places filled in. */
  function text(name, values) {
    var line = (strings && strings.getAttribute("data-" + name)) || "";
    return line.replace(/\{(\w+)\}/g, function (whole, key) { return values && key in values ? values[key] : whole; });
  }

  /** POST a form's data in the background: the CSRF header is what the server checks, so no token is put in a URL. */
  function post(url, data, options) {
    var token = data.get("csrf_token") || "";
    return fetch(url, Object.assign({
      method: "POST",
      body: data,
      credentials: "same-origin",
      // A redirect means the session has ended; following it would look like success.
      redirect: "manual",
      headers: { "X-CSRFToken": token, "X-Requested-With": "fetch", "Accept": "application/json" }
    }, options || {}));
  }

  window.Mediation = { text: text, post: post };

  /* ---- menus ---- */

  document.querySelectorAll("[data-menu]").forEach(function (menu) {
    document.addEventListener("click", function (event) { if (!menu.contains(event.target)) menu.open = false; });
    menu.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && menu.open) { menu.open = false; menu.querySelector("summary").focus(); }
    });
  });

  /* ---- rows of links wider than a phone ---- */

  // The row starts where one is, not at its first link; the page itself must not move for it.
  document.querySelectorAll(".site-nav ul, .tabs").forEach(function (row) {
    var here = row.querySelector("[aria-current]");
    if (here) row.scrollLeft += here.getBoundingClientRect().right - row.getBoundingClientRect().right + here.offsetWidth;
  });

  /* ---- shortcuts ---- */

  // One-key shortcuts disturb speech input and some keyboards, so they can be switched off (WCAG 2.1.4).
  var OFF = "shortcuts-off";
  function shortcutsOn() { try { return localStorage.getItem(OFF) !== "1"; } catch (e) { return true; } }

  var help = document.getElementById("help-dialog");
  function openHelp() { if (help && help.showModal && !help.open) help.showModal(); }

  document.querySelectorAll("[data-open-help]").forEach(function (button) {
    if (!help || !help.showModal) return;
    button.hidden = false;
    button.addEventListener("click", openHelp);
  });
  document.querySelectorAll("[data-shortcuts-switch]").forEach(function (box) {
    box.checked = shortcutsOn();
    box.addEventListener("change", function () {
      try { localStorage.setItem(OFF, box.checked ? "0" : "1"); } catch (e) { /* stays on */ }
    });
  });

  function typing(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }
  function go(url) { if (url) window.location.href = url; }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (!shortcutsOn() || (help && help.open)) return;
    var search = document.querySelector('[data-shortcut="/"]');
    if (event.key === "/" && search) { event.preventDefault(); search.focus(); search.select(); }
    else if (event.key === "?") { event.preventDefault(); openHelp(); }
    else if (event.key === "n") go(document.body.dataset.newCaseUrl);
    else if (event.key === "t") go(document.body.dataset.homeUrl);
  });

  /* ---- forms ---- */

  var leaving = false;

  document.addEventListener("submit", function (event) {
    var form = event.target;
    var asker = event.submitter && event.submitter.dataset.confirm ? event.submitter : form;
    if (asker.dataset.confirm && !window.confirm(asker.dataset.confirm)) { event.preventDefault(); return; }
    // Asked as an attribute: a field named "method" would hide the property.
    if ((form.getAttribute("method") || "").toLowerCase() !== "post" || form.hasAttribute("data-repeatable")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    // After the other listeners: a script may still take the submission over.
    setTimeout(function () {
      if (event.defaultPrevented) return;
      leaving = true;
      form.dataset.sent = "1";
      if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
      // A download leaves the page standing; give the button back.
      setTimeout(function () { release(form); }, 8000);
    }, 0);
  });

  function release(form) {
    leaving = false;
    delete form.dataset.sent;
    form.querySelectorAll('[aria-disabled="true"]').forEach(function (button) { button.removeAttribute("aria-disabled"); });
  }
  // The back button shows the page as it was left, guard included.
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });

  document.querySelectorAll("form[data-unsaved-guard]").forEach(function (form) {
    var changed = false;
    form.addEventListener("input", function () { changed = true; });
    window.addEventListener("beforeunload", function (event) {
      if (changed && !leaving) { event.preventDefault(); event.returnValue = ""; }
    });
  });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.addEventListener("click", function () { window.print(); });
  });

  // Errors are read out and reached at once: the summary, else the place the server asked for.
  var first = document.querySelector("[data-focus]");
  if (first) first.focus();
})();
