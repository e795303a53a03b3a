/* Tells while typing that this person, phone or company may already have a case. It only points out, it never blocks.
   form[data-duplicates-url], fields marked data-duplicates-watch, a region [data-duplicates-region].
   Answer of the server: {"matches": [{"label": "…", "detail": "…", "url": "…"}]}. */
(function () {
  "use strict";

  document.querySelectorAll("form[data-duplicates-url]").forEach(function (form) {
    var region = form.querySelector("[data-duplicates-region]");
    var asked = "";
    if (!region) return;
    region.setAttribute("aria-live", "polite");

    form.addEventListener("focusout", function (event) { if (event.target.matches("[data-duplicates-watch]")) ask(); });
    form.addEventListener("typeahead:picked", ask);

    function ask() {
      var data = new FormData();
      var key = "";
      // A hidden id beside a type-ahead may be watched too, so the fields are read each time.
      form.querySelectorAll("[data-duplicates-watch]").forEach(function (field) {
        data.append(field.name, field.value.trim());
        key += field.name + "=" + field.value.trim() + "\n";
      });
      if (key === asked) return;
      asked = key;
      data.append("csrf_token", new FormData(form).get("csrf_token") || "");
      Mediation.post(form.dataset.duplicatesUrl, data).then(function (answer) {
        return answer.ok ? answer.json() : { matches: [] };
      }).then(function (found) {
        if (key === asked) show(found.matches || []);
      }).catch(function () { asked = ""; });
    }

    function show(matches) {
      region.textContent = "";
      region.className = matches.length ? "notice" : "";
      if (!matches.length) return;
      var title = document.createElement("strong");
      title.textContent = Mediation.text("duplicates");
      var list = document.createElement("ul");
      matches.forEach(function (match) {
        var line = document.createElement("li");
        var link = document.createElement(match.url ? "a" : "span");
        link.textContent = match.label;
        // A new tab: what was typed here stays.
        if (match.url) { link.href = match.url; link.target = "_blank"; link.rel = "noopener"; }
        line.appendChild(link);
        if (match.detail) line.appendChild(document.createTextNode(" " + match.detail));
        list.appendChild(line);
      });
      region.append(title, list);
    }
  });
})();
