"""The selects that forms draw: escaped as WTForms does, and always those that the field has now."""

from __future__ import annotations

from wtforms import Form

from mediation.core.web.forms import ChoiceField


class _Order(Form):
    station = ChoiceField("驿站", empty="全部")


def test_a_select_is_escaped_and_keeps_what_was_chosen(context):
    form = _Order(data={"station": "2"})
    form.station.choices = [("1", "甲 <1>"), ("2", 'B "2"')]
    drawn = str(form.station())
    assert '<option value="">全部</option>' in drawn
    assert "甲 &lt;1&gt;" in drawn and '<option selected value="2">B &#34;2&#34;</option>' in drawn
    form.station.choices = [("3", "丙")]
    assert "丙" in str(form.station()) and "甲" not in str(form.station())
    form.station.choices.append(("4", "丁"))
    assert "丁" in str(form.station())
