"""People in cases: checked, sealed, masked, found again, shown in clear with a trace."""

from datetime import date

import pytest
from sqlalchemy import select, text

from mediation.audit.models import AuditRow
from mediation.core.actor import system
from mediation.core.db import UtcDateTime, db, transaction
from mediation.core.errors import DomainError, Forbidden
from mediation.parties import policy, queries, service
from mediation.parties.models import Party
from tests import personas
from tests.factories import parties as make

NUMBER = make.id_number(date(1985, 6, 17), 41)
PRIVATE = {
    "id_number": NUMBER,
    "phone": "+86 138-0013-8000",
    "second_phone": "021-59881234",
    "address": "上海市青浦区华新镇示例路1号",
    "bank_account": "6222020200112233445",
}
STAFF = ("duty_lawyer", "judicial_here", "committee")


@pytest.fixture
def lawyer(context):
    return personas.actor("duty_lawyer")


@pytest.fixture
def worker(lawyer) -> Party:
    with transaction():
        case = make.make_case_row(personas.world().committee)
        return make.add_worker(lawyer, case, "𠮷田·阿卜杜拉", **PRIVATE)


def test_a_number_says_birth_year_and_gender_and_a_typed_word_wins(worker, lawyer):
    assert (worker.birth_year, worker.gender, worker.phone) == (1985, "male", "13800138000")
    assert not worker.is_over_age
    with transaction():
        other = make.add_worker(
            lawyer, make.make_case_row(personas.world().committee), id_number=NUMBER, gender="female"
        )
    assert other.gender == "female"


def test_nothing_but_the_name_is_needed(lawyer):
    with transaction():
        party = make.add_worker(
            lawyer, make.make_case_row(personas.world().committee), "  周 ", id_number=" ", phone=""
        )
    assert (party.name, party.id_number, party.phone, party.id_blind, party.phone_blind) == (
        "周",
        None,
        None,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"id_number": "310118198506170419"}, "id_number"),
        ({"phone": "123"}, "phone"),
        ({"second_phone": "没有"}, "second_phone"),
        ({"name": " "}, "name"),
        ({"name": "长" * 121}, "name"),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field(lawyer, details, field):
    with pytest.raises(DomainError) as refusal:
        make.add_worker(lawyer, make.make_case_row(personas.world().committee), **{"name": "周明远", **details})
    assert refusal.value.field == field


def test_parties_of_a_side_are_numbered_in_their_order(worker, lawyer):
    case_id = worker.case_id
    with transaction():
        case = db.session.get_one(type(make.make_case_row(personas.world().committee)), case_id)
        make.add_employer(lawyer, case, "云岫速运青浦网点")
        make.add_employer(lawyer, case, "云岫速运集团有限公司")
        make.add_worker(lawyer, case, "第二申请人")
    assert [(party.side, party.seq, party.name) for party in queries.for_case(case_id)] == [
        ("applicant", 1, "𠮷田·阿卜杜拉"),
        ("applicant", 2, "第二申请人"),
        ("respondent", 1, "云岫速运青浦网点"),
        ("respondent", 2, "云岫速运集团有限公司"),
    ]


def test_the_database_holds_no_plain_value(worker):
    row = db.session.execute(text("SELECT * FROM party WHERE id = :id"), {"id": worker.id}).mappings().one()
    for field in PRIVATE:
        sealed, plain = bytes(row[field]), getattr(worker, field)
        assert sealed[0] == 1
        assert plain.encode() not in sealed
    # Four digits may well stand in the microseconds of an instant.
    told = {name: value for name, value in row.items() if not isinstance(Party.__table__.c[name].type, UtcDateTime)}
    assert "created_at" in row and "created_at" not in told
    for name, value in told.items():
        kept = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        for plain in (NUMBER, "13800138000", "8000", "华新镇", "3344"):
            assert plain.encode() not in kept, name


def test_equal_values_are_sealed_differently_and_bound_to_their_column(worker, lawyer):
    with transaction():
        other = make.add_worker(lawyer, make.make_case_row(personas.world().committee), **PRIVATE)
    sealed = db.session.execute(text("SELECT id_number, id_blind FROM party ORDER BY id")).all()
    assert bytes(sealed[0].id_number) != bytes(sealed[1].id_number)
    assert bytes(sealed[0].id_blind) == bytes(sealed[1].id_blind)
    with transaction():
        db.session.execute(text("UPDATE party SET phone = second_phone WHERE id = :id"), {"id": other.id})
    db.session.expire_all()
    with pytest.raises(RuntimeError):
        _ = db.session.get_one(Party, other.id).phone


def test_same_person_is_found_by_number_phone_or_name_with_company(worker, lawyer):
    here = personas.world().committee
    company = personas.world().outlet
    with transaction():
        case = make.make_case_row(here)
        make.add_worker(lawyer, case, "周明远", phone="13900139000")
        make.add_employer(lawyer, case, company.name, company_id=company.id)
    first, second = worker.case_id, case.id
    assert queries.same_person(here.id, id_number=f" {NUMBER[:6]} {NUMBER[6:]}") == [first]
    assert queries.same_person(here.id, phone="0086 13900139000") == [second]
    assert queries.same_person(here.id, name="周明远", company_id=company.id) == [second]
    assert queries.same_person(here.id, id_number=NUMBER, phone="13900139000") == [second, first]
    assert queries.same_person(here.id, name="周明远") == []
    assert queries.same_person(here.id, name="周明远", company_id=personas.world().other_company.id) == []
    assert queries.same_person(here.id, id_number="", phone=None) == []
    assert queries.same_person(personas.world().other_committee.id, id_number=NUMBER) == []


def test_last_four_digits_of_a_phone_find_its_case(worker):
    here, elsewhere = personas.world().committee.id, personas.world().other_committee.id
    assert list(db.session.scalars(queries.by_phone_last4(here, "8000"))) == [worker.case_id]
    assert list(db.session.scalars(queries.by_phone_last4(here, "8001"))) == []
    assert list(db.session.scalars(queries.by_phone_last4(elsewhere, "8000"))) == []


def test_changing_a_number_moves_its_index_and_the_audit_names_columns_only(worker, lawyer):
    here = personas.world().committee.id
    with transaction():
        service.change_party(lawyer, party=worker, phone="13700137000", address=PRIVATE["address"], occupation="快递员")
    assert queries.same_person(here, phone="13800138000") == []
    assert queries.same_person(here, phone="13700137000") == [worker.case_id]
    row = db.session.scalars(select(AuditRow).where(AuditRow.event == "record_changed")).one()
    assert row.fields == {"changed": ["occupation", "phone"]}
    assert row.case_id == worker.case_id
    with pytest.raises(ValueError, match="committee_id"):
        service.change_party(lawyer, party=worker, committee_id=2)


@pytest.mark.parametrize("persona", STAFF)
def test_staff_see_masks_and_may_ask_for_all(worker, persona):
    masked = policy.mask(personas.actor(persona), worker)
    assert (masked.name, masked.phone, masked.address) == ("𠮷田·阿卜杜拉", "138****8000", "上海市青浦区…")
    assert masked.id_number == f"310***********{NUMBER[-4:]}"
    assert masked.revealable == frozenset(PRIVATE)


@pytest.mark.parametrize(
    ("persona", "shown", "revealable"),
    [
        ("police_here", {"phone", "second_phone"}, {"phone", "second_phone"}),
        ("hr_same_company", {"id_number"}, set()),
        ("admin", set(), set()),
        ("stranger", set(), set()),
    ],
)
def test_others_see_less(worker, persona, shown, revealable):
    actor = personas.actor(persona)
    masked = policy.mask(actor, worker)
    assert {name for name in policy.SEALED if getattr(masked, name)} == shown
    assert masked.revealable == revealable
    for field in policy.SEALED:
        if field not in revealable:
            with pytest.raises(Forbidden):
                service.reveal(actor, party=worker, field=field, reason="联系当事人")


def test_a_look_in_clear_leaves_a_trace_without_the_value(worker, lawyer):
    with transaction():
        assert service.reveal(lawyer, party=worker, field="id_number", reason="核对身份") == NUMBER
    row = db.session.scalars(select(AuditRow).where(AuditRow.event == "field_revealed")).one()
    assert (row.actor_id, row.subject_kind, row.subject_id, row.case_id) == (
        lawyer.user_id,
        "party",
        worker.id,
        worker.case_id,
    )
    assert row.fields == {"field": "id_number", "reason": "核对身份"}
    with pytest.raises(DomainError) as refusal:
        service.reveal(lawyer, party=worker, field="phone", reason="  ")
    assert refusal.value.field == "reason"
    with pytest.raises(Forbidden):
        service.reveal(lawyer, party=worker, field="id_blind", reason="好奇")


def test_representative_has_a_scope_and_is_masked(worker, lawyer):
    with transaction():
        service.add_representative(
            lawyer,
            party=worker,
            kind="agent",
            name="许律师",
            id_number=make.id_number(seq=5),
            phone="13600136000",
            scope="special",
            powers=["承认、放弃、变更请求", "", "签收文书"],
        )
    masked = policy.mask(lawyer, queries.for_case(worker.case_id)[0]).representatives[0]
    assert (masked.name, masked.phone, masked.powers) == ("许律师", "136****6000", ("承认、放弃、变更请求", "签收文书"))
    person = queries.get_representative_of_case(worker.case_id, masked.id)
    with transaction():
        assert service.reveal(lawyer, party=person, field="phone", reason="通知开会") == "13600136000"
    with pytest.raises(Forbidden):
        service.reveal(lawyer, party=person, field="bank_account", reason="好奇")


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"name": ""}, "name"),
        ({"scope": "all"}, "scope"),
        ({"scope": "special", "powers": [" "]}, "powers"),
        ({"from_on": date(2026, 3, 2), "to_on": date(2026, 3, 1)}, "to_on"),
        ({"id_number": "1"}, "id_number"),
    ],
)
def test_an_authority_that_says_nothing_is_refused(worker, lawyer, details, field):
    with pytest.raises(DomainError) as refusal:
        service.add_representative(lawyer, party=worker, **{"kind": "agent", "name": "许律师", **details})
    assert refusal.value.field == field


def test_the_system_sees_what_papers_need(worker):
    assert policy.revealable(system(personas.world().committee.id)) == frozenset(PRIVATE)
