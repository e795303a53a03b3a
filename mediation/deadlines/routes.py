"""The administrator's pages of working days, rules and jobs."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mediation.core import clock
from mediation.core import jobs as job_runs
from mediation.core.actor import current_actor
from mediation.core.dates import EARLIEST_YEAR, LATEST_YEAR
from mediation.core.errors import DomainError
from mediation.core.permissions import P, requires
from mediation.deadlines import changes, labels, queries
from mediation.deadlines.calendar import CalendarDay, DayKind
from mediation.deadlines.engine import compute
from mediation.deadlines.forms import DayForm, RuleForm, YearForm, as_text
from mediation.deadlines.models import DeadlineRule
from mediation.deadlines.rules import Trigger, Unit

bp = Blueprint("deadlines", __name__, url_prefix="/admin")
blueprints = (bp,)


def install(app: Flask) -> None:
    """The words of rules and days, for every template that shows a deadline."""
    app.jinja_env.globals["deadline_labels"] = labels
    app.jinja_env.filters["trigger"] = lambda value: Trigger(value).label


@bp.route("/calendar")
@requires(P.CALENDAR_MANAGE)
def calendar() -> ResponseReturnValue:
    years = queries.years()
    year = _year(request.args.get("year", default=clock.today().year, type=int))
    shown = next((one for one in years if one.year == year), None)
    return render_template(
        "deadlines/calendar.html", years=years, year=year, shown=shown, days=queries.days_of_year(year), form=DayForm()
    )


@bp.route("/calendar/<int:year>", methods=["GET", "POST"])
@requires(P.CALENDAR_MANAGE)
def enter_year(year: int) -> ResponseReturnValue:
    form, preview = YearForm(), None
    known = next((one for one in queries.years() if one.year == _year(year)), None)
    if request.method == "GET":
        form.source.data = known.source if known else ""
        form.days.data = as_text(queries.days_of_year(year))
    elif form.validate():
        try:
            days = form.read(year)
            form.days.data, form.days.raw_data = as_text(days), None
            if "save" in request.form:
                return _save_year(form, year, days)
            preview = changes.preview_year(year, days)
        except DomainError as error:
            form.take(error)
    status = 422 if form.errors or form.form_errors else 200
    return render_template("deadlines/year.html", year=year, known=known, form=form, preview=preview), status


def _save_year(form: YearForm, year: int, days: list[CalendarDay]) -> ResponseReturnValue:
    done = changes.save_year(
        current_actor(), year=year, source=form.source.data or "", days=days, recompute=form.recompute.data
    )
    flash(_("%(year)s 年日历已保存，改动 %(count)s 天。", year=year, count=len(done.changes)), "success")
    if done.moved_count and form.recompute.data:
        flash(_("重新计算了 %(count)s 个未结期限。", count=done.moved_count), "info")
    return redirect(url_for("deadlines.calendar", year=year), 303)


@bp.route("/calendar/<int:year>/day", methods=["POST"])
@requires(P.CALENDAR_MANAGE)
def enter_day(year: int) -> ResponseReturnValue:
    """One day more or otherwise: shown as the whole year's preview, saved from there."""
    shown = next((one for one in queries.years() if one.year == _year(year)), None)
    day_form = DayForm()
    day = day_form.day.data if day_form.validate() else None
    if day and day.year == year:
        entry = CalendarDay(day, DayKind(day_form.kind.data), day_form.name.data or "")
        days = changes.day_set(year, entry)
        form = YearForm(formdata=None, source=shown.source if shown else "", days=as_text(days))
        preview = changes.preview_year(year, days)
        return render_template("deadlines/year.html", year=year, known=shown, form=form, preview=preview)
    if not day_form.errors:
        day_form.take(DomainError(_("日期不在 %(year)s 年", year=year), field="day"))
    context = {"years": queries.years(), "year": year, "shown": shown, "days": queries.days_of_year(year)}
    return render_template("deadlines/calendar.html", form=day_form, **context), 422


def _year(year: int) -> int:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        abort(404)
    return year


@bp.route("/rules")
@requires(P.CALENDAR_MANAGE)
def rules() -> ResponseReturnValue:
    return render_template("deadlines/rules.html", rows=queries.newest_rules())


@bp.route("/rules/<code>", methods=["GET", "POST"])
@requires(P.CALENDAR_MANAGE)
def edit_rule(code: str) -> ResponseReturnValue:
    row = queries.rule_row(code)
    form = RuleForm(obj=row, verified=row.is_verified)
    if form.validate_on_submit():
        try:
            changed = changes.change_rule(current_actor(), code=code, **_changes(form))
        except DomainError as error:
            form.take(error)
        else:
            flash(
                _("%(code)s 第 %(version)s 版已生效，已有的期限不变。", code=code, version=changed.version), "success"
            )
            return redirect(url_for("deadlines.edit_rule", code=code), 303)
    versions = queries.rule_versions(code)
    status = 422 if request.method == "POST" else 200
    return render_template("deadlines/rule.html", row=row, form=form, versions=versions, sample=_sample(row)), status


def _changes(form: RuleForm) -> dict[str, object]:
    return {
        "length": form.length.data,
        "unit": Unit(form.unit.data),
        "rolls": form.rolls.data,
        "max_extension": form.max_extension.data,
        "extension": form.extension.data or "",
        "if_missed": form.if_missed.data or "",
        "article": form.article.data,
        "verified": form.verified.data,
        "note": form.reason.data,
    }


def _sample(row: DeadlineRule) -> date:
    """What the rule would give for an act of today."""
    return compute(queries.as_rule(row), clock.today(), queries.calendar()).last_day


@bp.route("/jobs")
@requires(P.JOB_MANAGE)
def jobs() -> ResponseReturnValue:
    runs = job_runs.runs()
    return render_template("deadlines/jobs.html", runs=runs, failed=[run for run in runs if run.status == "failed"])
