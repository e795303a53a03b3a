"""The administrator's pages of working days, rules, proposals and jobs."""

from __future__ import annotations

from flask import Blueprint, Flask, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from mediation.core import clock
from mediation.core import jobs as job_runs
from mediation.core.actor import current_actor
from mediation.core.dates import EARLIEST_YEAR, LATEST_YEAR
from mediation.core.db import db
from mediation.core.errors import DomainError
from mediation.core.permissions import P, requires
from mediation.deadlines import changes, comparison, labels, proposals, provisional, queries
from mediation.deadlines.calendar import CalendarDay, DayKind
from mediation.deadlines.engine import Computed, compute
from mediation.deadlines.forms import DayForm, ProposalsForm, RuleForm, YearForm
from mediation.deadlines.models import CalendarYear, DeadlineRule
from mediation.deadlines.proposals import Move
from mediation.deadlines.rules import Trigger, Unit
from mediation.deadlines.yearfile import as_text

bp = Blueprint("deadlines", __name__, url_prefix="/admin")
blueprints = (bp,)
SHOWN = 50


def install(app: Flask) -> None:
    """The words of rules and days, and the warning of provisional ones, for every template that shows a deadline."""
    app.jinja_env.globals["deadline_labels"] = labels
    app.jinja_env.globals["note_provisional"] = provisional.note
    app.jinja_env.globals["mark_provisional"] = provisional.mark
    app.jinja_env.globals["provisional_warning"] = provisional.warning
    app.jinja_env.globals["proposal_count"] = lambda: len(proposals.standing(current_actor()))
    app.jinja_env.filters["noting_provisional"] = provisional.noting
    app.jinja_env.filters["rule_title"] = labels.rule_title
    app.jinja_env.filters["trigger"] = lambda value: Trigger(value).label


@bp.route("/calendar")
@requires(P.CALENDAR_MANAGE)
def calendar() -> ResponseReturnValue:
    return _calendar(_year(request.args.get("year", default=clock.today().year, type=int)), DayForm(formdata=None))


def _calendar(year: int, form: DayForm) -> str:
    days = queries.days_of_year(year)
    known = queries.calendar()
    return render_template(
        "deadlines/calendar.html",
        years=queries.years(),
        year=year,
        shown=_entered(year),
        days=days,
        next_year=max(known.years, default=clock.today().year) + 1,
        warnings=changes.warnings_about(year, days),
        differences=comparison.differences(known),
        compared=sorted(known.years & comparison.known_there()),
        form=form,
    )


def _entered(year: int) -> CalendarYear | None:
    return db.session.get(CalendarYear, year)


@bp.route("/calendar/<int:year>", methods=["GET", "POST"])
@requires(P.CALENDAR_MANAGE)
def enter_year(year: int) -> ResponseReturnValue:
    form, preview = YearForm(), None
    known = _entered(_year(year))
    if request.method == "GET":
        form.source.data = known.source if known else ""
        form.verified.data = bool(known and known.is_verified)
        form.days.data = as_text(queries.days_of_year(year), form.source.data)
    elif form.validate():
        try:
            days = form.read(year)
            form.days.data, form.days.raw_data = as_text(days, form.source.data or ""), None
            if "save" in request.form:
                return _save_year(form, year, days)
            preview = changes.preview_year(current_actor(), year=year, days=days)
        except DomainError as error:
            form.take(error)
    status = 422 if form.errors or form.form_errors else 200
    return _year_page(year, form, preview), status


def _year_page(year: int, form: YearForm, preview: changes.Preview | None) -> str:
    form.seen.data = queries.calendar().version
    shown = preview.moves[:SHOWN] if preview else []
    return render_template(
        "deadlines/year.html",
        year=year,
        form=form,
        preview=preview,
        shown=shown,
        numbers=proposals.numbers_of(current_actor(), shown),
        most=proposals.MOST_AT_ONCE,
    )


def _save_year(form: YearForm, year: int, days: list[CalendarDay]) -> ResponseReturnValue:
    done = changes.save_year(
        current_actor(),
        year=year,
        source=form.source.data or "",
        days=days,
        move=request.form["save"] == "move",
        verified=form.verified.data,
        seen=form.seen.data or "",
    )
    flash(_("%(year)s 年日历已保存，改动 %(count)s 天。", year=year, count=done.changed), "success")
    if done.moved:
        flash(_("%(count)s 个未结期限已改到新日期，旧日期留在案件的历史中。", count=done.moved), "info")
    if done.proposed:
        flash(_("%(count)s 个未结期限的新日期列为提案，请在“日期变动提案”中决定。", count=done.proposed), "info")
        return redirect(url_for("deadlines.proposed"), 303)
    return redirect(url_for("deadlines.calendar", year=year), 303)


@bp.route("/calendar/<int:year>/day", methods=["POST"])
@requires(P.CALENDAR_MANAGE)
def enter_day(year: int) -> ResponseReturnValue:
    """One day more or otherwise: shown as the whole year's preview, saved from there."""
    shown, day_form = _entered(_year(year)), DayForm()
    day = day_form.day.data if day_form.validate() else None
    if day and day.year == year:
        source = shown.source if shown else ""
        entry = CalendarDay(day, DayKind(day_form.kind.data), day_form.name.data or "", day_form.source.data or source)
        days = changes.day_set(year, entry)
        verified = bool(shown and shown.is_verified)
        form = YearForm(formdata=None, source=source, verified=verified, days=as_text(days, source))
        return _year_page(year, form, changes.preview_year(current_actor(), year=year, days=days))
    if not day_form.errors:
        day_form.take(DomainError(_("日期不在 %(year)s 年", year=year), field="day"))
    return _calendar(year, day_form), 422


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
    form, moves = RuleForm(obj=row, verified=row.is_verified), None
    if form.validate_on_submit():
        try:
            if "save" in request.form:
                return _save_rule(code, form)
            moves = changes.preview_rule(current_actor(), code=code, **_changes(form))
        except DomainError as error:
            form.take(error)
    status = 422 if form.errors or form.form_errors else 200
    return _rule_page(row, form, moves), status


def _rule_page(row: DeadlineRule, form: RuleForm, moves: list[Move] | None) -> str:
    shown = (moves or [])[:SHOWN]
    return render_template(
        "deadlines/rule.html",
        row=row,
        form=form,
        versions=queries.rule_versions(row.code),
        sample=_sample(row),
        moves=moves,
        shown=shown,
        numbers=proposals.numbers_of(current_actor(), shown),
    )


def _save_rule(code: str, form: RuleForm) -> ResponseReturnValue:
    actor = current_actor()
    count = len(changes.preview_rule(actor, code=code, **_changes(form)))
    row = changes.change_rule(actor, code=code, confirmed=form.confirmed.data, **_changes(form))
    flash(_("%(code)s 第 %(version)s 版已生效，已有的期限不变。", code=code, version=row.version), "success")
    if count:
        flash(_("%(count)s 个未结期限的新日期列为提案，请在“日期变动提案”中决定。", count=count), "info")
        return redirect(url_for("deadlines.proposed"), 303)
    return redirect(url_for("deadlines.edit_rule", code=code), 303)


def _changes(form: RuleForm) -> dict[str, object]:
    return {
        "length": form.length.data,
        "unit": Unit(form.unit.data),
        "rolls": form.rolls.data,
        "max_extension": form.max_extension.data,
        "extension": form.extension.data or "",
        "suspension": form.suspension.data or "",
        "interruption": form.interruption.data or "",
        "binds": form.binds.data,
        "if_missed": form.if_missed.data or "",
        "article": form.article.data,
        "verified": form.verified.data,
        "note": form.reason.data,
    }


def _sample(row: DeadlineRule) -> Computed:
    """What the rule would give for an act of today."""
    return compute(queries.as_rule(row), clock.today(), queries.calendar())


@bp.route("/proposals")
@requires(P.CALENDAR_MANAGE)
def proposed() -> ResponseReturnValue:
    return _proposals(ProposalsForm(formdata=None))


def _proposals(form: ProposalsForm) -> str:
    actor = current_actor()
    moves = proposals.standing(actor)
    last = max(1, -(-len(moves) // SHOWN))
    page = min(max(1, request.args.get("page", default=1, type=int)), last)
    shown = moves[(page - 1) * SHOWN : page * SHOWN]
    form.seen.data = proposals.basis()
    return render_template(
        "deadlines/proposals.html",
        form=form,
        count=len(moves),
        case_count=len({one.case_id for one in moves}),
        settled=sum(one.is_only_settled for one in moves),
        shown=shown,
        numbers=proposals.numbers_of(actor, shown),
        page=page,
        last=last,
        most=proposals.MOST_AT_ONCE,
    )


@bp.route("/proposals", methods=["POST"])
@requires(P.CALENDAR_MANAGE)
def decide() -> ResponseReturnValue:
    """Take over or refuse the chosen proposals, or all of them."""
    form, act = ProposalsForm(), request.form.get("act", "")
    chosen = None if act.endswith("_all") else set(request.form.getlist("deadline", type=int))
    try:
        if not form.validate() or act not in ("accept", "keep", "accept_all", "keep_all"):
            raise DomainError(_("请选择要怎样处理"))
        if chosen is not None and not chosen:
            raise DomainError(_("请先勾选期限"))
        decision = proposals.accept if act.startswith("accept") else proposals.keep
        count = decision(current_actor(), chosen=chosen, seen=form.seen.data or "")
    except DomainError as error:
        form.take(error)
        return _proposals(form), 422
    if act.startswith("accept"):
        flash(_("%(count)s 个期限已改到新日期，旧日期留在案件的历史中。", count=count), "success")
    else:
        flash(_("%(count)s 个期限保留原日期，同一版规则和日历不再提出。", count=count), "success")
    return redirect(url_for("deadlines.proposed"), 303)


@bp.route("/jobs")
@requires(P.JOB_MANAGE)
def jobs() -> ResponseReturnValue:
    runs = job_runs.runs()
    return render_template("deadlines/jobs.html", runs=runs, failed=[run for run in runs if run.status == "failed"])
