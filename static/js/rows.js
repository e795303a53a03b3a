/* Adds and removes rows of a repeated group (a FieldList). The server takes rows by number and skips gaps and blanks. */
(function () {
  "use strict";

  function renumber(row, number, prefix) {
    var pattern = new RegExp("^" + prefix + "-\\d+");
    row.querySelectorAll("*").forEach(function (node) {
      ["id", "name", "for", "aria-describedby", "data-typeahead-id"].forEach(function (attribute) {
        var value = node.getAttribute(attribute);
        if (value) node.setAttribute(attribute, value.replace(pattern, prefix + "-" + number));
      });
    });
  }

  function blank(row) {
    row.querySelectorAll(".field-error").forEach(function (node) { node.remove(); });
    row.querySelectorAll("input, select, textarea").forEach(function (field) {
      field.removeAttribute("aria-invalid");
      if (field.type === "checkbox" || field.type === "radio") field.checked = false;
      else if (field.tagName === "SELECT") field.selectedIndex = 0;
      else field.value = "";
    });
  }

  function addRemover(row, group) {
    if (row.querySelector("[data-remove-row]")) return;
    var button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-link btn-sm";
    button.setAttribute("data-remove-row", "");
    button.textContent = Mediation.text("remove-row");
    row.appendChild(button);
    button.addEventListener("click", function () {
      // The last row stays: it is the pattern for the next one.
      if (group.querySelectorAll("[data-row]").length > 1) row.remove(); else blank(row);
      group.querySelector("[data-add-row]").focus();
      group.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  document.querySelectorAll("[data-rows]").forEach(function (group) {
    var add = group.querySelector("[data-add-row]");
    var rows = group.querySelectorAll("[data-row]");
    if (!rows.length) return;
    var pattern = rows[0].cloneNode(true);
    var next = rows.length;
    blank(pattern);
    rows.forEach(function (row) { addRemover(row, group); });
    add.hidden = false;
    add.addEventListener("click", function () {
      var row = pattern.cloneNode(true);
      renumber(row, next, group.dataset.rows);
      next += 1;
      add.before(row);
      addRemover(row, group);
      group.dispatchEvent(new CustomEvent("rows:added", { bubbles: true, detail: row }));
      var first = row.querySelector("input:not([type=hidden]), select, textarea");
      if (first) first.focus();
    });
  });
})();
