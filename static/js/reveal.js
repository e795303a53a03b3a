/* Reveals a masked value in place and hides it after a minute: screens at a counter face the queue.
   Answer of the server: {"value": "…"}. Anything else, and the form is sent the plain way. */
(function () {
  "use strict";
  var SHOWN_MS = 60000;

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.hasAttribute("data-reveal") || form.dataset.plain) return;
    event.preventDefault();
    var box = form.closest("[data-mask]");
    var output = box.querySelector("output");
    var button = form.querySelector("button");
    if (box.dataset.masked !== undefined) { hide(); return; }

    Mediation.post(form.action, new FormData(form)).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    }).then(function (data) {
      box.dataset.masked = output.textContent;
      box.dataset.label = button.textContent;
      output.textContent = data.value;
      button.textContent = Mediation.text("hide");
      box.timer = setTimeout(hide, SHOWN_MS);
    }).catch(function () {
      form.dataset.plain = "1";
      form.submit();
    });

    function hide() {
      clearTimeout(box.timer);
      if (box.dataset.masked === undefined) return;
      output.textContent = box.dataset.masked;
      button.textContent = box.dataset.label;
      delete box.dataset.masked;
    }
  });
})();
