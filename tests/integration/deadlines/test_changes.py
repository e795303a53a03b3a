"""A year is entered through the page: what it would move is shown, proposed, moved or kept; nothing moves by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from mediation.audit.models import AuditRow
from mediation.cases.models import Case
from mediation.committees.models import Committee
from mediation.core.actor import Actor, Role
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, DomainError, Forbidden
from mediation.deadlines import changes, proposals, queries, service
from mediation.deadlines.calendar import CalendarDay, DayKind
from mediation.deadlines.models import Deadline
from mediation.deadlines.yearfile import read_days
from mediation.notifications.models import InboxItem
from tests import personas
from tests.factories.statistics import make_case
from tests.integration.deadlines.year_2027 import LINES, SOURCE
from tests.product import Content

# subject → rule, trigger, last day as stored before, last day that the test calendar gives
MOVED = {
    "crosses": ("LM-ACCEPT-3WD", date(2026, 12, 30), date(2027, 1, 4), date(2027, 1, 6)),
    "earlier": ("LM-ACCEPT-3WD", date(2026, 12, 24), date(2026, 12, 29), date(2026, 12, 28)),
    "rolls": ("LM-MEDIATE-15D", date(2026, 12, 16), date(2026, 12, 31), date(2027, 1, 4)),
    "settles": ("LM-STATUTE-15D", date(2026, 12, 28), date(2027, 1, 12), date(2027, 1, 12)),
}
UNTOUCHED = {
    "before": ("LM-ACCEPT-3WD", date(2026, 11, 20)),
    "within 2026": ("LM-MEDIATE-15D", date(2026, 12, 8)),
    "met": ("LM-ACCEPT-3WD", date(2026, 12, 29)),
}
HERE, ELSEWHERE = "here", "elsewhere"


def fill(app: Flask) -> None:
    """A case of the duty lawyer with deadlines that the test calendar moves and others, and one elsewhere."""
    personas.fill(app)
    with transaction():
        service.seed()
        world = personas.world()
        lawyer, judicial = personas.user("duty_lawyer").id, personas.user("judicial_here").id
        case = make_case(world.committee, date(2026, 11, 20), handler_id=lawyer, mediator_id=judicial)
        for subject, (rule, on, *_days) in (MOVED | UNTOUCHED).items():
            _start(case, rule, on, subject)
        service.meet(case_id=case.id, rule_codes=["LM-ACCEPT-3WD"], on=date(2026, 12, 30), subject="met")
        elsewhere = db.session.scalars(select(Committee).where(Committee.id != world.committee.id)).one()
        other = make_case(elsewhere, date(2026, 12, 30))
        _start(other, "LM-ACCEPT-3WD", date(2026, 12, 30), ELSEWHERE)


def _start(case: Case, rule: str, on: date, subject: str) -> None:
    service.open_deadline(
        committee_id=case.committee_id, case_id=case.id, rule_code=rule, trigger_on=on, subject=subject
    )


@pytest.fixture
def content() -> Content:
    return Content("year 2027", fill)


@pytest.fixture
def admin(client: FlaskClient) -> FlaskClient:
    return personas.login(client, "admin")


@pytest.fixture
def session(context: object) -> Iterator[Session]:
    with transaction() as session:
        yield session


def enter(client: FlaskClient, *, save: str | None = None, lines: str = LINES, year: int = 2027):
    """Preview a year as its page is sent, or save it."""
    page = client.get(f"/admin/calendar/{year}").get_data(as_text=True)
    data = {"source": SOURCE, "days": lines, "seen": hidden(page, "seen"), "verified": "y"}
    return personas.post(client, f"/admin/calendar/{year}", data | ({"save": save} if save else {}))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page)
    assert found, f"no {name} on the page"
    return found[1]


def decide(client: FlaskClient, act: str, *deadline_ids: int, seen: str | None = None):
    page = client.get("/admin/proposals").get_data(as_text=True)
    data = {"act": act, "deadline": [str(one) for one in deadline_ids], "seen": seen or hidden(page, "seen")}
    return personas.post(client, "/admin/proposals", data)


def words(answer) -> str:
    return answer.get_data(as_text=True)


def deadlines(app: Flask) -> dict[str, Deadline]:
    """The rows of the newest making, by subject."""
    with app.app_context():
        return {row.subject: row for row in db.session.scalars(select(Deadline).order_by(Deadline.id))}


def case_here() -> Case:
    world = personas.world()
    return db.session.scalars(select(Case).where(Case.committee_id == world.committee.id)).one()


def test_the_preview_shows_the_days_and_exactly_the_deadlines_with_their_case(admin: FlaskClient, app: Flask):
    answer = enter(admin)
    page = words(answer)
    assert answer.status_code == 200
    with app.app_context():
        number = case_here().number
        assert not queries.calendar().is_known(2027)
    assert page.count(f">{number}</th>") == len(MOVED)
    assert "共 4 个未结期限，涉及 1 件案件" in page
    assert re.search("2027年1月4日.*→.*2027年1月6日", page)
    assert re.search("2026年12月29日.*→.*2026年12月28日", page)
    assert "法定节假日应为" not in page  # thirteen of them
    assert "12月31日" in page and "2026 年" in page
    assert all(row.replaced_by_id is None for row in deadlines(app).values())


def test_saving_alone_moves_nothing_and_proposes_exactly_the_affected_dates(admin: FlaskClient, app: Flask):
    before = deadlines(app)
    answer = enter(admin, save="propose")
    assert (answer.status_code, answer.location) == (303, "/admin/proposals")
    after = deadlines(app)
    assert {name: (row.id, row.last_day, row.status) for name, row in after.items()} == {
        name: (row.id, row.last_day, row.status) for name, row in before.items()
    }
    with app.app_context():
        calendar = queries.calendar()
        assert calendar.kind(date(2027, 1, 2)) is DayKind.REST_DAY
        assert not calendar.is_workday(date(2026, 12, 31)) and calendar.is_workday(date(2026, 12, 26))
        assert calendar.kind(date(2026, 10, 1)) is DayKind.STATUTORY_HOLIDAY  # the rest of 2026 stands
        moves = {one.deadline_id: one for one in proposals.standing(personas.actor("admin"))}
        subjects = {db.session.get(Deadline, key).subject: one for key, one in moves.items()}
        found = {name: (one.before[1], one.after[1]) for name, one in subjects.items()}
        assert found == {name: (stored, new) for name, (_rule, _on, stored, new) in MOVED.items()}
        assert [name for name, one in subjects.items() if one.is_only_settled] == ["settles"]
        assert all(one.by_calendar and not one.by_rule for one in moves.values())
    page = words(admin.get("/admin/proposals"))
    assert "共 4 个期限，涉及 1 件案件" in page
    assert "其中 1 个日期不变" in page
    assert "日历改动" in page


def test_accepted_dates_move_beside_the_old_ones_and_the_case_follows(admin: FlaskClient, app: Flask):
    before = deadlines(app)
    enter(admin, save="propose")
    assert decide(admin, "accept", before["crosses"].id, before["earlier"].id).status_code == 303
    after = deadlines(app)
    for name in ("crosses", "earlier"):
        assert after[name].last_day == MOVED[name][3]
        assert (after[name].status, after[name].is_provisional) == ("open", False)
    for name in ("rolls", "settles", *UNTOUCHED, ELSEWHERE):
        assert (after[name].id, after[name].last_day) == (before[name].id, before[name].last_day)
    with app.app_context():
        old = db.session.get(Deadline, before["crosses"].id)
        assert (old.status, old.last_day, old.replaced_by_id) == ("replaced", date(2027, 1, 4), after["crosses"].id)
        assert after["crosses"].calendar_version == queries.calendar().version
        assert case_here().next_deadline_on == date(2026, 11, 25)  # the nearest is another one
        told = db.session.scalars(select(InboxItem).where(InboxItem.kind == "deadline_moved")).all()
        assert {one.user_id for one in told} == {
            personas.user("duty_lawyer").id,
            personas.user("judicial_here").id,
        }
        assert any("2027-01-04" in one.title and "2027-01-06" in one.title for one in told)
        audit = db.session.scalars(select(AuditRow).where(AuditRow.subject_kind == "deadline")).all()
        assert {row.subject_id for row in audit} == {after["crosses"].id, after["earlier"].id}
        assert len(proposals.standing(personas.actor("admin"))) == 2


def test_saving_can_move_all_of_the_own_committee_at_once(admin: FlaskClient, app: Flask):
    before = deadlines(app)
    assert enter(admin, save="move").location == "/admin/calendar?year=2027"
    after = deadlines(app)
    assert {name: after[name].last_day for name in MOVED} == {name: days[3] for name, days in MOVED.items()}
    assert all(after[name].id == before[name].id for name in (*UNTOUCHED, ELSEWHERE))
    with app.app_context():
        assert proposals.standing(personas.actor("admin")) == []
        # The other committee's administrator decides on theirs.
        [other] = db.session.scalars(select(Committee).where(Committee.id != personas.world().committee.id))
        there = Actor(None, "x", other.id, frozenset({Role.ADMIN}))
        assert [one.deadline_id for one in proposals.standing(there)] == [before[ELSEWHERE].id]
        seen = proposals.basis()
        with transaction():
            assert proposals.accept(there, chosen={before["crosses"].id}, seen=seen) == 0


def test_the_next_day_of_the_case_follows_the_nearest_deadline(admin: FlaskClient, app: Flask):
    with app.app_context(), transaction():
        case = case_here()
        service.cancel(case_id=case.id, on=date(2026, 12, 30))
        _start(case, "LM-ACCEPT-3WD", date(2026, 12, 30), "only")
    enter(admin, save="move")
    with app.app_context():
        case = case_here()
        assert (case.next_deadline_on, case.next_deadline_provisional) == (date(2027, 1, 6), False)


def test_a_kept_date_is_remembered_until_the_next_change(admin: FlaskClient, app: Flask):
    enter(admin, save="propose")
    kept = deadlines(app)["crosses"].id
    assert decide(admin, "keep", kept).status_code == 303
    with app.app_context():
        admin_here = personas.actor("admin")
        assert kept not in {one.deadline_id for one in proposals.standing(admin_here)}
        row = db.session.get(Deadline, kept)
        assert (row.last_day, row.status) == (date(2027, 1, 4), "open")
        assert row.kept_for == f"1|{queries.calendar().version}"
    assert decide(admin, "accept_all").status_code == 303
    assert deadlines(app)["crosses"].last_day == date(2027, 1, 4)
    enter(admin, lines=LINES.replace("2027-10-04,rest_day,国庆节\n", ""), save="propose")
    with app.app_context():
        assert [one.deadline_id for one in proposals.standing(personas.actor("admin"))] == [kept]


def test_all_can_be_kept_and_an_empty_choice_is_refused(admin: FlaskClient):
    enter(admin, save="propose")
    assert decide(admin, "accept").status_code == 422
    assert decide(admin, "nonsense", 1).status_code == 422
    assert decide(admin, "keep_all").status_code == 303
    page = words(admin.get("/admin/proposals"))
    assert "没有待决定的日期" in page


def test_a_choice_made_on_an_older_calendar_is_refused(admin: FlaskClient, app: Flask):
    enter(admin, save="propose")
    seen = hidden(words(admin.get("/admin/proposals")), "seen")
    enter(admin, lines=LINES.replace("2027-01-03,rest_day,元旦\n", "2027-01-03,makeup_workday,元旦\n"), save="propose")
    answer = decide(admin, "accept_all", seen=seen)
    assert answer.status_code == 422
    assert "请重新查看提案" in words(answer)
    assert deadlines(app)["crosses"].last_day == date(2027, 1, 4)


def test_a_year_previewed_on_an_older_calendar_is_not_saved(session: Session):
    admin, days = personas.actor("admin"), read_days(LINES, 2027, SOURCE)
    seen = queries.calendar().version
    changes.save_year(admin, year=2027, source=SOURCE, days=days, seen=seen)
    with pytest.raises(Conflict):
        changes.save_year(admin, year=2027, source=SOURCE, days=days, seen=seen)


def test_what_was_settled_meanwhile_stays(session: Session):
    admin = personas.actor("admin")
    changes.save_year(admin, year=2027, source=SOURCE, days=read_days(LINES, 2027, SOURCE))
    moves = proposals.standing(admin)
    service.cancel(case_id=case_here().id, on=date(2026, 12, 30))
    assert proposals.apply(admin, moves) == 0


def test_a_paused_deadline_is_not_proposed_and_a_pause_goes_on_counting(session: Session):
    admin, case = personas.actor("admin"), case_here()
    service.pause(case_id=case.id, rule_codes=["LM-MEDIATE-15D"], on=date(2026, 12, 20), event_id=None)
    preview = changes.preview_year(admin, year=2027, days=read_days(LINES, 2027, SOURCE))
    assert {one.rule.id for one in preview.moves} == {"LM-ACCEPT-3WD", "LM-STATUTE-15D"}


def test_a_second_preview_after_all_was_moved_moves_nothing(session: Session):
    admin, days = personas.actor("admin"), read_days(LINES, 2027, SOURCE)
    done = changes.save_year(admin, year=2027, source=SOURCE, days=days, move=True)
    assert (done.moved, done.proposed) == (4, 0)
    again = changes.preview_year(admin, year=2027, days=days)
    assert (again.changes, again.moves) == ([], [])


def test_single_days_of_a_year_that_is_not_entered_are_refused(session: Session):
    with pytest.raises(DomainError, match="2027 年尚未录入"):
        changes.preview_year(
            personas.actor("admin"), year=2028, days=[CalendarDay(date(2027, 12, 31), DayKind.REST_DAY)]
        )


def test_a_year_without_exactly_thirteen_statutory_days_is_warned_about_but_saved(admin: FlaskClient, app: Flask):
    lines = LINES.replace("2027-01-02,rest_day", "2027-01-02,statutory_holiday")
    assert "法定节假日应为 13 天（国务院令795），现在是 14 天" in words(enter(admin, lines=lines))
    assert enter(admin, lines=lines, save="propose").status_code == 303
    assert "现在是 14 天" in words(admin.get("/admin/calendar?year=2027"))
    assert "法定节假日应为" not in words(admin.get("/admin/calendar?year=2024"))  # of another law


def test_the_statutory_days_stand_apart_from_the_rest_of_their_block(admin: FlaskClient):
    page = words(admin.get("/admin/calendar?year=2026"))
    statutory, rest = page.split("法定节假日", 1)[1].split("同一假期中的其他日子")
    assert "10月3日" in statutory and "10月4日" not in statutory
    assert "10月4日" in rest


def test_a_changed_rule_proposes_and_never_moves(admin: FlaskClient, app: Flask):
    data = {"length": "4", "unit": "working_day", "article": "本会内部规定", "rolls": "y", "reason": "测试"}
    page = words(personas.post(admin, "/admin/rules/LM-ACCEPT-3WD", data))
    assert "存为新版后会列为提案的期限" in page
    assert page.count('scope="row"') == 3  # the open ones of this rule
    refused = personas.post(admin, "/admin/rules/LM-ACCEPT-3WD", {**data, "save": "1"})
    assert refused.status_code == 422
    assert "请勾选并写明依据" in words(refused)
    with app.app_context():
        assert queries.rule("LM-ACCEPT-3WD").version == 1
    before = deadlines(app)
    saved = personas.post(admin, "/admin/rules/LM-ACCEPT-3WD", {**data, "save": "1", "confirmed": "y"})
    assert saved.location == "/admin/proposals"
    assert {name: row.id for name, row in deadlines(app).items()} == {name: row.id for name, row in before.items()}
    assert "规则第 1 版 → 第 2 版" in words(admin.get("/admin/proposals"))
    assert decide(admin, "accept", before["before"].id).status_code == 303
    fresh = deadlines(app)["before"]
    assert (fresh.last_day, fresh.rule_version) == (date(2026, 11, 26), 2)


def test_rule_and_calendar_are_told_apart_as_the_reason(session: Session):
    admin = personas.actor("admin")
    changes.change_rule(admin, code="LM-STATUTE-15D", confirmed=True, length=16, note="测试")
    changes.save_year(admin, year=2027, source=SOURCE, days=read_days(LINES, 2027, SOURCE))
    why = {one.rule.id: (one.by_rule, one.by_calendar) for one in proposals.standing(admin)}
    assert why["LM-STATUTE-15D"] == (True, True)  # 16 days instead of 15; certain instead of provisional
    assert why["LM-MEDIATE-15D"] == (False, True)


def test_others_may_neither_see_nor_decide(app: Flask):
    for persona in ("duty_lawyer", "judicial_here", "police_here", "hr_same_company", "committee"):
        client = personas.login(app.test_client(), persona)
        assert client.get("/admin/proposals").status_code == 403
        assert personas.post(client, "/admin/proposals", {"act": "accept_all"}).status_code == 403
        assert personas.post(client, "/admin/calendar/2027", {"save": "move"}).status_code == 403
        with app.app_context():
            other = personas.actor(persona)
            for call in (
                lambda other=other: proposals.standing(other),
                lambda other=other: proposals.accept(other, chosen=None, seen=""),
                lambda other=other: changes.preview_year(other, year=2027, days=[]),
                lambda other=other: changes.preview_rule(other, code="PM-1M", length=2),
            ):
                with pytest.raises(Forbidden):
                    call()


def test_the_administrator_sees_number_and_dates_and_nothing_else_of_a_case(admin: FlaskClient, app: Flask):
    enter(admin, save="propose")
    with app.app_context():
        case = case_here()
        page = words(admin.get("/admin/proposals"))
        assert case.number in page
        assert case.title not in page
        assert f"/cases/{case.number}" not in page


def test_a_changed_year_is_seen_at_once_although_the_calendar_is_kept_in_memory(session: Session):
    first = queries.calendar()
    assert queries.calendar() is first
    days = changes.day_set(2026, CalendarDay(date(2026, 11, 23), DayKind.REST_DAY, "示例"))
    changes.save_year(personas.actor("admin"), year=2026, source="x", days=days)
    assert not queries.calendar().is_workday(date(2026, 11, 23))
    assert queries.calendar().version != first.version


def test_differences_from_the_independent_calendar_are_shown(admin: FlaskClient, app: Flask):
    assert "完全一致" in words(admin.get("/admin/calendar?year=2026"))
    with app.app_context(), transaction():
        days = changes.day_set(2026, CalendarDay(date(2026, 11, 23), DayKind.REST_DAY, "示例"))
        changes.save_year(personas.actor("admin"), year=2026, source="x", days=days)
    page = words(admin.get("/admin/calendar?year=2026"))
    assert "2026年11月23日" in page and "chinesecalendar 软件包不同" in page
