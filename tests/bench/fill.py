"""Fill a database with invented cases at the speed of bulk loading, in the shape real work leaves behind."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import Any

from sqlalchemy import Engine, text

from mediation.cases.grams import index_words
from mediation.core.crypto import KeyRing
from tests.bench.loader import Rows, loading

STATIONS, USERS, HEADQUARTERS, REGIONS, OUTLETS = 124, 300, 60, 600, 6000
FIRST_USER = 1000
# A few headquarters have most of the cases, the largest about 7 in 100; their outlets share evenly.
SHARES = tuple(accumulate(1 / (n + 5) for n in range(1, HEADQUARTERS + 1)))
SMALL_COMPANY, NICKNAME = 47, "蓝鸽"
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文波辉"
CAUSES = ("wage.arrears", "wage.overtime", "wage.piece_fee", "contract.severance", "new_form.lateness",
          "freight.arrears", "injury.benefits", "deposit_lease.vehicle_deposit")  # fmt: skip
FIRST = date(2022, 1, 1)
DAYS = 1780
NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)
LAST_WATCHED = date(2026, 10, 31)
BATCH = 20_000


def load(engine: Engine, ring: KeyRing, cases: int, committee_id: int, seed: int = 7) -> None:
    """Insert ``cases`` cases with all their rows, index them, then refresh the planner's statistics."""
    rng = random.Random(seed)
    with loading(engine) as loader:
        loader.insert(_reference(committee_id))
        for start in range(1, cases + 1, BATCH):
            rows: Rows = {}
            for case_id in range(start, min(start + BATCH, cases + 1)):
                _case(rng, ring, committee_id, case_id, rows)
            loader.insert(rows)
    finish(engine, cases, committee_id)


def _reference(committee_id: int) -> Rows:
    own = {"committee_id": committee_id, "created_at": NOW}
    stations = [
        {"id": n, "name": f"驿站{n}", "is_active": True, "district": None, "address": None, "phone": None} | own
        for n in range(1, STATIONS + 1)
    ]
    users = [
        {"id": FIRST_USER + n, "username": f"bench{n}", "name": f"律师{n}", "password_hash": "x", "session_version": 1,
         "is_active": True, "must_change_password": False} | own
        for n in range(USERS)
    ]  # fmt: skip
    aliases = [{"company_id": SMALL_COMPANY, "name": NICKNAME} | own]
    return {
        "station": stations,
        "user_account": users,
        "company": list(_companies(own)),
        "company_alias": aliases,
        "company_headcount": list(_headcounts(own)),
    }


def _headcounts(own: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every outlet told how many couriers it has twice, so that rates, funnels and charts divide by them."""
    for n in range(OUTLETS):
        for from_on, more in ((FIRST, 0), (date(2025, 7, 7), n % 9)):
            yield own | {"company_id": 10_000 + n, "from_on": from_on, "couriers": 8 + n % 40 + more,
                         "source": "总部报送", "recorded_by": None}  # fmt: skip


def _companies(own: dict[str, Any]) -> Iterator[dict[str, Any]]:
    base = {"is_active": True, "is_verified": True, "short_name": None, "uscc": None}
    for n in range(1, HEADQUARTERS + 1):
        yield base | own | {"id": n, "name": f"快递公司{n}号", "parent_id": None, "level": 1, "level1_id": n,
                            "level2_id": None, "level3_id": None, "path": f"/{n}/", "is_franchise": False}  # fmt: skip
    for n in range(REGIONS):
        key, top = 1000 + n, 1 + n % HEADQUARTERS
        yield base | own | {"id": key, "name": f"快递公司{top}号第{n}分公司", "parent_id": top, "level": 2,
                            "level1_id": top, "level2_id": key, "level3_id": None, "path": f"/{top}/{key}/",
                            "is_franchise": False}  # fmt: skip
    for n in range(OUTLETS):
        key, region = 10_000 + n, 1000 + n % REGIONS
        top = 1 + (n % REGIONS) % HEADQUARTERS
        yield base | own | {"id": key, "name": f"快递公司{top}号网点{n}", "parent_id": region, "level": 3,
                            "level1_id": top, "level2_id": region, "level3_id": key,
                            "path": f"/{top}/{region}/{key}/", "is_franchise": True}  # fmt: skip


def _case(rng: random.Random, ring: KeyRing, committee_id: int, case_id: int, rows: Rows) -> None:
    received = FIRST + timedelta(days=rng.randrange(DAYS))
    is_open = rng.random() < 0.05
    settled = not is_open and rng.random() < 0.72
    days = rng.randrange(2, 60)
    ended = received + timedelta(days=days)
    (top,) = rng.choices(range(1, HEADQUARTERS + 1), cum_weights=SHARES)
    outlet = 10_000 + top - 1 + HEADQUARTERS * rng.randrange(OUTLETS // HEADQUARTERS)
    region = 1000 + (outlet - 10_000) % REGIONS
    station = 1 + rng.randrange(STATIONS)
    user = FIRST_USER + rng.randrange(USERS)
    name = rng.choice(SURNAMES) + rng.choice(GIVEN) + (rng.choice(GIVEN) if rng.random() < 0.7 else "")
    claimed = rng.randrange(10_000, 8_000_000)
    agreed = int(claimed * rng.uniform(0.4, 1)) if settled else None
    due = date(2026, 11, 1) + timedelta(days=rng.randrange(60))
    levels = {"level1_id": top, "level2_id": region, "level3_id": outlet}
    number = f"{received.year}-{case_id:06d}"
    own = {"committee_id": committee_id, "case_id": case_id}
    company = f"快递公司{top}号网点{outlet - 10_000}"
    phone = f"145{case_id % 100_000_000:08d}"

    def put(table: str, **row: Any) -> None:
        rows.setdefault(table, []).append(row)

    put(
        "case_file", id=case_id, committee_id=committee_id, created_at=NOW, updated_at=NOW, version=1, number=number,
        number_seq=case_id, case_no=None, state="mediating" if is_open else "closed", waiting_for="staff",
        track="labour", relationship="employment", category_code=rng.choice(CAUSES), secondary_categories="[]",
        title=f"{name} — {company}", facts="拖欠两个月工资", evidence="[]", job="快递员", source="walk_in",
        application_mode="oral", station_id=station, handler_id=user, mediator_id=user, main_company_id=outlet, received_on=received,
        accepted_on=received + timedelta(days=2), effective_on=ended if settled else None,
        settled_on=None if is_open else ended, closed_on=None if is_open else ended + timedelta(days=5),
        outcome=None if is_open else ("agreed" if settled else "failed"), headcount=1, is_collective=case_id % 500 == 0,
        risk_level="normal", claimed_fen=claimed, agreed_fen=agreed, paid_fen=agreed or 0,
        next_deadline_on=due if is_open else None, next_deadline_rule="LM-MEDIATE-15D" if is_open else None,
        next_deadline_provisional=False, **levels,
    )  # fmt: skip
    for side, kind, role, who, company_id in (
        ("applicant", "person", "worker", name, None),
        ("respondent", "organisation", "franchisee", company, outlet),
    ):
        sealed = side == "applicant"
        put(
            "party", id=2 * case_id - (side == "applicant"), **own, created_at=NOW, side=side, kind=kind, role=role, seq=1, name=who, is_over_age=False,
            company_id=company_id, phone=ring.seal(phone.encode(), "party.phone") if sealed else None,
            phone_blind=ring.blind("party.phone", phone) if sealed else None,
            phone_last4_blind=ring.blind("party.phone4", phone[-4:]) if sealed else None,
        )  # fmt: skip
    put("claim", **own, created_at=NOW, party_id=None, seq=1, category_code="wage.arrears", item="拖欠工资",
        amount_fen=claimed)  # fmt: skip
    # Three companies of four answer, within eleven days of being asked.
    asked = received + timedelta(days=1)
    answered = asked + timedelta(days=case_id % 11)
    has_answered = case_id % 4 != 0 and answered <= NOW.date()
    put(
        "case_company", **own, company_id=outlet, is_main=True, answered_on=answered if has_answered else None, **levels
    )
    for day, event, before, after in (
        (received, "received", None, "received"),
        (asked, "accepted", "consent_inquiry", "accepted"),
        (received + timedelta(days=2), "session_planned", "accepted", "mediating"),
        (answered if has_answered else None, "answered", "mediating", "mediating"),
        (None if is_open else ended + timedelta(days=5), "closed", "performed", "closed"),
    ):
        if day is not None:
            # Entered on its day; of one case in twenty five days later.
            at = datetime(day.year, day.month, day.day, 2, tzinfo=UTC) + timedelta(days=0 if case_id % 20 else 5)
            put("case_event", **own, event=event, from_state=before, to_state=after, at=at, actor_id=user,
                actor_name="律师", happened_on=day, data="{}")  # fmt: skip
    waited = days // 2 if case_id % 50 == 0 and not is_open else 0
    put("case_spell", **own, seq=1, from_on=received, to_on=None if is_open else ended,
        outcome=None if is_open else ("agreed" if settled else "failed"), gross_days=None if is_open else days,
        net_days=None if is_open else days - waited, event_id=None)  # fmt: skip
    if waited:
        put("case_pause", **own, created_at=NOW, from_on=received + timedelta(days=1),
            to_on=received + timedelta(days=waited), ground="appraisal", reason="等待鉴定")  # fmt: skip
        put("case_event", **own, event="paused", from_state="mediating", to_state="mediating", at=NOW, actor_id=user,
            actor_name="律师", happened_on=received + timedelta(days=1), data="{}")  # fmt: skip
    last_day = due if is_open else received + timedelta(days=17)
    put("deadline", **own, created_at=NOW, rule_code="LM-MEDIATE-15D", rule_version=1, subject="", trigger="accepted",
        trigger_on=received, raw_last_day=last_day, last_day=last_day, is_provisional=False, calendar_version="bench", extra_length=0,
        basis="—", explanation="[]", status="open" if is_open else "met", settled_on=None if is_open else ended)  # fmt: skip
    if settled:
        put("agreement", id=case_id, **own, created_at=NOW, form="written", status="effective", facts="—", terms="—",
            total_fen=agreed, early_maturity=True, confirms_relationship=False, effective_on=ended)  # fmt: skip
        put("instalment", id=case_id, **own, created_at=NOW, agreement_id=case_id, seq=1, due_on=ended,
            debtor_party_id=2 * case_id, creditor_party_id=2 * case_id - 1, manner="银行转账", amount_fen=agreed, paid_fen=agreed, status="paid",
            level1_id=top)  # fmt: skip
        put("payment", **own, created_at=NOW, instalment_id=case_id, paid_on=ended, amount_fen=agreed, level1_id=top)
    put("case_search", case_id=case_id, grams=" ".join(index_words([number, f"{name} {company}"])))


def finish(engine: Engine, cases: int, committee_id: int) -> None:
    """Sequences and statistics: the next real intake must go on counting, and the planner must know the volumes."""
    with engine.begin() as connection:
        for year in range(2022, 2027):
            connection.execute(
                text("INSERT INTO number_sequence (committee_id, kind, year, last) VALUES (:c, 'register', :y, :n)"),
                {"c": committee_id, "y": year, "n": cases},
            )
        if engine.dialect.name == "postgresql":
            for table in ("case_file", "station", "user_account", "company", "party", "agreement", "instalment"):
                connection.execute(text(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE" if engine.dialect.name == "postgresql" else "ANALYZE")
