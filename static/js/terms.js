/* Shows beside the text how the terms will be printed and what the check says, while they are typed: form[data-terms]
   and [data-terms-review]. The text itself is never touched, so the caret stays. Without a script a button checks. */
(function () {
  "use strict";
  var WAIT_MS = 700;
  var form = document.querySelector("form[data-terms]");
  var review = document.querySelector("[data-terms-review]");
  if (!form || !review) return;
  var text = form.querySelector("textarea");
  var timer = null;
  var asked = 0;

  function refresh() {
    var turn = ++asked;
    var data = new FormData(form);
    data.set("action", "check");
    Mediation.post(window.location.pathname, data).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.text();
    }).then(function (html) {
      // An older answer must not cover a newer one, nor a reason that is being written.
      if (turn === asked && !review.contains(document.activeElement)) review.innerHTML = html;
    }).catch(function () { /* the button still checks */ });
  }

  text.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(refresh, WAIT_MS);
  });

  form.addEventListener("click", function (event) {
    var button = event.target.closest("[data-clause]");
    if (!button) return;
    event.preventDefault();
    var before = text.value.slice(0, text.selectionStart);
    var lead = before && before.slice(-1) !== "\n" ? "\n" : "";
    text.focus();
    text.setRangeText(lead + button.dataset.clause + "\n", text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
