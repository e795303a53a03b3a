/* Suggests while typing, as an ARIA combobox. Without it the input is plain free text, and free text stays allowed.
   input[data-typeahead-url][data-typeahead-id="<id of the hidden field>"]; the answer to ?q= is
   {"results": [{"id": "…", "label": "…", "detail": "…"}]}. Fires "typeahead:picked" with the result. */
(function () {
  "use strict";
  var WAIT_MS = 180;
  var serial = 0;

  function attach(input) {
    if (input.dataset.typeaheadReady) return;
    input.dataset.typeaheadReady = "1";
    var hidden = document.getElementById(input.dataset.typeaheadId || "");
    var picked = hidden && hidden.value ? input.value : null;
    var results = [];
    var active = -1;
    var timer = null;
    var request = null;
    var listId = "typeahead-" + (serial += 1);

    // Taken before the input moves: out of the page it has neither label nor focus.
    var name = input.labels && input.labels[0] ? input.labels[0].textContent : "";
    var focused = document.activeElement === input;
    var box = document.createElement("div");
    box.className = "typeahead";
    input.before(box);
    var list = document.createElement("ul");
    list.id = listId;
    list.className = "typeahead-list";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", name);
    list.hidden = true;
    var status = document.createElement("div");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    box.append(input, list, status);
    if (focused) input.focus();

    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", listId);
    input.setAttribute("autocomplete", "off");

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function setId(value) {
      if (!hidden || hidden.value === value) return;
      hidden.value = value;
      hidden.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function pick(result) {
      input.value = picked = result.label;
      setId(String(result.id));
      close();
      status.textContent = "";
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new CustomEvent("typeahead:picked", { bubbles: true, detail: result }));
    }

    function mark(index) {
      active = index;
      Array.prototype.forEach.call(list.children, function (node, at) {
        node.setAttribute("aria-selected", at === index ? "true" : "false");
        if (at === index) { input.setAttribute("aria-activedescendant", node.id); node.scrollIntoView({ block: "nearest" }); }
      });
    }

    function show() {
      list.textContent = "";
      results.forEach(function (result, at) {
        var node = document.createElement("li");
        node.id = listId + "-" + at;
        node.setAttribute("role", "option");
        node.setAttribute("aria-selected", "false");
        node.textContent = result.label;
        if (result.detail) {
          var detail = document.createElement("small");
          detail.textContent = result.detail;
          node.appendChild(detail);
        }
        // mousedown, not click: the input must not lose its focus first and close the list.
        node.addEventListener("mousedown", function (event) { event.preventDefault(); pick(result); });
        list.appendChild(node);
      });
      list.hidden = !results.length;
      active = -1;
      input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-expanded", String(!list.hidden));
      status.textContent = results.length ? Mediation.text("results", { count: results.length }) : Mediation.text("no-results");
    }

    function search() {
      var query = input.value.trim();
      if (request) request.abort();
      if (!query) { close(); return; }
      request = new AbortController();
      var url = new URL(input.dataset.typeaheadUrl, window.location.href);
      url.searchParams.set("q", query);
      fetch(url, { signal: request.signal, redirect: "manual", headers: { "Accept": "application/json", "X-Requested-With": "fetch" } })
        .then(function (answer) { return answer.ok ? answer.json() : { results: [] }; })
        .then(function (data) {
          if (document.activeElement !== input) return;
          results = data.results || [];
          show();
        }).catch(function () { /* aborted or offline: free text is enough */ });
    }

    function typed(event) {
      // While pinyin is being composed the value is not yet what the person means.
      if (event.isComposing || input.value === picked) return;
      picked = null;
      setId("");
      clearTimeout(timer);
      timer = setTimeout(search, WAIT_MS);
    }
    input.addEventListener("input", typed);
    input.addEventListener("compositionend", typed);

    input.addEventListener("keydown", function (event) {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" && list.hidden) { search(); event.preventDefault(); }
      else if (list.hidden) return;
      else if (event.key === "ArrowDown") { mark((active + 1) % results.length); event.preventDefault(); }
      else if (event.key === "ArrowUp") { mark((active - 1 + results.length) % results.length); event.preventDefault(); }
      else if (event.key === "Enter" && active >= 0) { pick(results[active]); event.preventDefault(); }
      else if (event.key === "Escape") { close(); event.preventDefault(); }
    });
    input.addEventListener("blur", function () { clearTimeout(timer); close(); });
  }

  document.querySelectorAll("input[data-typeahead-url]").forEach(attach);
  document.addEventListener("rows:added", function (event) {
    event.detail.querySelectorAll("input[data-typeahead-url]").forEach(attach);
  });
})();
