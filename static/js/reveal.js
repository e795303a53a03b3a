/* Reveals a masked value in place and hides it after a minute: screens at a counter face the queue.
   Answer of the server: {"value": "…"}. Anything else, and the form is sent the plain way. */
(function () {
  "use strict";
  var SHOWN_MS = 60000;

  document.querySelectorAll("form[data-reveal]").forEach(function (form) {
    var output = form.closest("[data-mask]").querySelector("output");
    var button = form.querySelector("button");
    var words = Array.from(button.childNodes);
    var masked = output.textContent;
    var timer = null;

    function hide() {
      clearTimeout(timer);
      timer = null;
      output.textContent = masked;
      button.replaceChildren.apply(button, words);
    }

    form.addEventListener("submit", function (event) {
      event.preventDefault();
      if (timer) { hide(); return; }
      Mediation.post(form.action, new FormData(form)).then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      }).then(function (data) {
        output.textContent = data.value;
        button.textContent = Mediation.text("hide");
        timer = setTimeout(hide, SHOWN_MS);
      }).catch(function () { form.submit(); });
    });
  });
})();
