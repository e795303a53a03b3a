/* Keeps what is typed: on the server every three seconds and on leaving a field, on this device while the server cannot
   be reached. form[data-autosave-url], optional data-autosave-key (who and what, for the device copy), a line
   [data-autosave-state]. Answer of the server: {"saved_at": "14:03", "draft_id": "…"}; the id goes into [name=draft_id].
   It never stands in the way of submitting. Fields marked data-no-local (ID number, bank account) and files are never
   kept on the device, which may be a shared one; the copy is dropped as soon as the server has it, or after twelve hours. */
(function () {
  "use strict";
  var WAIT_MS = 3000;
  var RETRY_MS = 15000;
  var KEEP_MS = 12 * 3600 * 1000;
  var PREFIX = "draft:";

  function store(key, value) {
    try {
      if (value === null) localStorage.removeItem(key); else localStorage.setItem(key, JSON.stringify(value));
    } catch (e) { /* refused or full: the server copy is what counts */ }
  }
  function read(key) {
    try { return JSON.parse(localStorage.getItem(key)); } catch (e) { return null; }
  }
  function sweep(keys) {
    try {
      Object.keys(localStorage).forEach(function (key) {
        var copy = key.indexOf(PREFIX) === 0 ? read(key) : null;
        // A page of ours without the form came after it was sent: it arrived.
        var arrived = copy && copy.sent && keys.indexOf(key) < 0;
        if (copy && (arrived || Date.now() - copy.at > KEEP_MS)) store(key, null);
      });
    } catch (e) { /* no storage, nothing to sweep */ }
  }
  function clock(instant) {
    return new Date(instant).toLocaleTimeString("zh-CN", { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" });
  }

  function keyOf(form) { return PREFIX + (form.dataset.autosaveKey || window.location.pathname); }

  function attach(form) {
    var key = keyOf(form);
    var line = form.querySelector("[data-autosave-state]");
    var timer = null;
    var request = null;
    var dirty = false;
    var submitted = false;

    function say(state, words) {
      if (!line) return;
      line.dataset.state = state;
      line.textContent = words;
    }

    function payload() {
      var data = new FormData(form);
      form.querySelectorAll("input[type=file], input[type=password]").forEach(function (field) { data.delete(field.name); });
      return data;
    }

    function keepLocal(sent) {
      var pairs = [];
      payload().forEach(function (value, name) {
        var field = form.elements[name];
        if (name !== "csrf_token" && !(field && field.dataset && "noLocal" in field.dataset)) pairs.push([name, value]);
      });
      store(key, { at: Date.now(), sent: Boolean(sent), pairs: pairs });
    }

    function save() {
      clearTimeout(timer);
      if (!dirty || submitted) return;
      if (request) request.abort();
      request = new AbortController();
      dirty = false;
      say("saving", Mediation.text("saving"));
      Mediation.post(form.dataset.autosaveUrl, payload(), { signal: request.signal }).then(function (answer) {
        if (answer.type === "opaqueredirect" || answer.status === 401) throw new Error("signed-out");
        if (!answer.ok) throw new Error("local");
        return answer.json();
      }).then(function (data) {
        var id = form.querySelector("[name=draft_id]");
        if (id && data.draft_id) id.value = data.draft_id;
        store(key, null);
        say("saved", Mediation.text("saved", { time: data.saved_at || clock(Date.now()) }));
      }).catch(function (error) {
        if (error.name === "AbortError" || submitted) return;
        dirty = true;
        keepLocal();
        say("local", Mediation.text(error.message === "signed-out" ? "signed-out" : "local"));
        timer = setTimeout(save, RETRY_MS);
      });
    }

    function changed() {
      dirty = true;
      clearTimeout(timer);
      timer = setTimeout(save, WAIT_MS);
    }

    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    form.addEventListener("focusout", save);
    window.addEventListener("online", save);
    // A save that arrives after the case was opened would bring the draft back.
    form.addEventListener("submit", function (event) {
      setTimeout(function () {
        if (event.defaultPrevented) return;
        submitted = true;
        clearTimeout(timer);
        if (request) request.abort();
        // Kept until another page proves that it arrived: the network may fail right now.
        keepLocal(true);
      }, 0);
    });
    // A closed tab gets no answer, but a beacon is still sent; the token travels as the form's own field.
    window.addEventListener("pagehide", function () {
      if (dirty && !submitted && navigator.sendBeacon) navigator.sendBeacon(form.dataset.autosaveUrl, payload());
    });
    window.addEventListener("pageshow", function () { submitted = false; });

    offerCopy(form, key, changed);
  }

  /* Never overwrites by itself: the server's draft may be newer, so a person decides. */
  function offerCopy(form, key, changed) {
    var copy = read(key);
    if (!copy || !copy.pairs) return;
    // The server came back with the form and its errors, so it has what was sent.
    if (copy.sent && document.querySelector(".error-summary")) { store(key, null); return; }
    var bar = document.createElement("div");
    bar.className = "notice";
    bar.setAttribute("role", "status");
    var words = document.createElement("span");
    words.textContent = Mediation.text("found-local", { time: clock(copy.at) });
    bar.append(words, button("restore", function () { fill(form, copy.pairs); changed(); }), button("discard", function () { store(key, null); }));
    form.prepend(bar);

    function button(name, act) {
      var node = document.createElement("button");
      node.type = "button";
      node.className = "btn btn-quiet btn-sm";
      node.textContent = Mediation.text(name);
      node.addEventListener("click", function () { act(); bar.remove(); });
      return node;
    }
  }

  function fill(form, pairs) {
    var names = {};
    pairs.forEach(function (pair) { (names[pair[0]] = names[pair[0]] || []).push(pair[1]); });
    Array.prototype.forEach.call(form.elements, function (field) {
      if (!field.name || field.name === "csrf_token" || field.type === "file") return;
      var values = names[field.name];
      if (field.type === "checkbox" || field.type === "radio") field.checked = Boolean(values) && values.indexOf(field.value) >= 0;
      else if (values && values.length) field.value = values.shift();
    });
  }

  var forms = Array.prototype.slice.call(document.querySelectorAll("form[data-autosave-url]"));
  sweep(forms.map(keyOf));
  forms.forEach(attach);
})();
