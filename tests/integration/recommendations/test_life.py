"""A letter from its draft to its end, by the services."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from mediation.attachments import service as attachments
from mediation.attachments.models import Attachment
from mediation.audit.models import AuditRow
from mediation.cli import context as cli_context
from mediation.cli.documents import documents_command
from mediation.core.db import db, transaction
from mediation.core.errors import Conflict, DomainError, Forbidden, NotFound
from mediation.documents import sealing
from mediation.documents.proof import codes, keys
from mediation.notifications.models import InboxItem
from mediation.recommendations import queries, service
from mediation.recommendations.models import RecommendationEntry
from mediation.recommendations.service import DraftIn, ItemIn, MeasureIn, ReplyIn, ServiceIn
from mediation.statistics.models import Signal
from tests import personas
from tests.factories import casefiles
from tests.factories import recommendations as play
from tests.factories.recommendations import ANSWERED, DRAFTED, ISSUED, REPLY, REPLY_BY, TEXT, act

pytestmark = pytest.mark.usefixtures("context")


def kinds(key: int) -> list[str]:
    return [entry.kind for entry in queries.entries_for(play.actor("committee"), play.reload(key))]


def inbox(who: str) -> list[str]:
    user_id = play.actor(who).user_id
    return list(
        db.session.scalars(db.select(InboxItem.title).where(InboxItem.user_id == user_id).order_by(InboxItem.id))
    )


def test_a_draft_is_proposed_from_the_figures_of_its_cases():
    with casefiles.at(DRAFTED):
        company, committee = personas.world().company, play.actor("committee")
        found = service.propose(committee, company=company, cause="wage.arrears", case_ids=play.case_ids())
    assert "2026年3月4日" in found.problem
    assert "争议3件" in found.problem
    assert "云岫速运青浦网点3件" in found.problem
    assert not any(name in found.problem for name in play.WORKERS)
    assert "第五十条" in found.rules
    assert (found.title, found.case_ids) == ("关于规范“拖欠工资”有关用工管理的建议", play.case_ids())
    assert found.answer_by == date(2026, 4, 15)


def test_the_proposed_reply_day_follows_the_committees_setting_to_a_working_day():
    with transaction():
        personas.world().committee.settings = {"recommendation_reply_days": 47}
    with casefiles.at(DRAFTED):
        given = service.propose(play.actor("committee"), company=personas.world().company, cause="wage.arrears")
    assert given.answer_by == date(2026, 5, 6)  # 2 May and what follows it is Labour Day's holiday


def test_one_case_asks_for_the_rule_that_concerns_everybody():
    with casefiles.at(DRAFTED):
        found = service.propose(
            play.actor("committee"),
            company=personas.world().company,
            cause="wage.arrears",
            case_ids=play.case_ids()[:1],
        )
    assert "适用于同类岗位的全体劳动者" in found.problem
    assert "【" in found.problem


def test_a_draft_from_a_signal_takes_it_up():
    with casefiles.at(DRAFTED), transaction():
        world = personas.world()
        signal = Signal(
            committee_id=world.committee.id,
            company_id=world.company.id,
            cause="wage.arrears",
            kind="repeat",
            key="one",
            from_on=play.RECEIVED,
            found_on=DRAFTED,
            data={},
            case_ids=list(play.case_ids()),
        )
        db.session.add(signal)
        db.session.flush()
        committee = play.actor("committee")
        found = service.signal_for(committee, signal.id)
        row = service.draft(committee, company=world.company, cause=found.cause, given=TEXT, signal=found)
        assert (signal.status, row.signal_id) == ("taken_up", signal.id)
        with pytest.raises(NotFound):
            service.signal_for(play.actor("committee_elsewhere"), signal.id)


@pytest.mark.parametrize("field", ["title", "problem", "rules", "advice"])
@pytest.mark.parametrize("said", ["周明远没有领到工资", "电话13800138000", "身份证310101199003070019", "number"])
def test_no_text_of_a_letter_names_a_person_or_a_case(field, said):
    if said == "number":
        with casefiles.at(DRAFTED):
            committee = play.actor("committee")
            said = service.drafting.cases_among(committee, play.case_ids())[0].number
    with pytest.raises(DomainError) as refused:
        play.drafted(**{field: said})
    assert refused.value.field == field


def test_a_case_of_another_company_is_no_basis():
    with casefiles.at(DRAFTED), transaction(), pytest.raises(DomainError) as refused:
        given = replace(TEXT, case_ids=play.case_ids())
        service.draft(
            play.actor("committee"), company=personas.world().other_company, cause="wage.arrears", given=given
        )
    assert refused.value.field == "case_ids"


def test_who_drafted_does_not_review_and_who_reviewed_is_kept():
    key = play.drafted()
    assert inbox("secretary") == ["建议书草稿待复核：关于规范工资结算的建议"]
    with pytest.raises(Conflict):
        act(DRAFTED, "committee", service.review, key)
    act(DRAFTED, "secretary", service.review, key, note="数字已核对")
    row = play.reload(key)
    assert (row.status, row.reviewed_by) == ("reviewed", play.actor("secretary").user_id)
    assert queries.entries_for(play.actor("committee"), row)[-1].data == {}


def test_who_changed_a_draft_last_is_its_author():
    key = play.drafted()
    act(DRAFTED, "secretary", service.edit, key, given=replace(TEXT, problem="另一种写法。", case_ids=play.case_ids()))
    with pytest.raises(Conflict):
        act(DRAFTED, "secretary", service.review, key)
    act(DRAFTED, "committee", service.review, key)
    assert kinds(key) == ["drafted", "changed", "reviewed"]


def test_alone_in_the_committee_one_reviews_and_says_so():
    with transaction():
        from mediation.accounts.models import User

        db.session.scalars(db.select(User).where(User.username == "secretary")).one().is_active = False
    key = play.drafted()
    act(DRAFTED, "committee", service.review, key)
    assert queries.entries_for(play.actor("committee"), play.reload(key))[-1].data == {"alone": True}


def test_a_blank_of_the_proposal_keeps_a_draft_from_review():
    key = play.drafted(problem="【请写明】")
    with pytest.raises(Conflict, match="填好"):
        act(DRAFTED, "secretary", service.review, key)


def test_a_reviewed_letter_can_be_sent_back_until_it_is_issued():
    key = play.drafted()
    act(DRAFTED, "secretary", service.review, key)
    with pytest.raises(Conflict):
        act(DRAFTED, "committee", service.edit, key, given=replace(TEXT, title="新标题"))
    act(DRAFTED, "secretary", service.send_back, key, reason="第二条写具体")
    row = play.reload(key)
    assert (row.status, row.reviewed_by) == ("draft", None)
    assert "建议书草稿被退回：关于规范工资结算的建议" in inbox("committee")
    act(DRAFTED, "committee", service.edit, key, given=replace(TEXT, advice="逐月核对。", case_ids=play.case_ids()))
    act(DRAFTED, "secretary", service.review, key)
    act(ISSUED, "committee", service.issue, key)
    with pytest.raises(Conflict):
        act(ISSUED, "secretary", service.send_back, key, reason="太晚")


def test_two_editors_do_not_overwrite_each_other():
    key = play.drafted()
    version = play.reload(key).version
    act(
        DRAFTED,
        "secretary",
        service.edit,
        key,
        given=replace(TEXT, title="甲", case_ids=play.case_ids()),
        version=version,
    )
    with pytest.raises(DomainError, match="别人已经修改"):
        act(DRAFTED, "committee", service.edit, key, given=replace(TEXT, title="乙"), version=version)


def test_the_letter_is_numbered_without_gaps_frozen_and_proved():
    first = play.issued()
    second = play.drafted()
    act(ISSUED, "secretary", service.review, second)
    with pytest.raises(DomainError):
        act(REPLY_BY, "committee", service.issue, second)  # the reply day has come: nothing is numbered
    third = play.issued(title="关于规范派费的建议")
    numbers = [play.reload(key).number for key in (first, third)]
    assert numbers == ["沪快调建〔2026〕1号", "沪快调建〔2026〕2号"]
    row = play.reload(first)
    claims = codes.check(row.proof, dict(keys.paper_keys().published)).claims
    snapshot = json.dumps(row.facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert claims["h"] == hashlib.sha256(snapshot.encode()).hexdigest()
    assert (claims["n"], claims["p"]) == (row.number, [["被建议单位", "云岫速运集团有限公司"]])
    assert not any(name in snapshot for name in play.WORKERS)
    content = attachments.read(db.session.get_one(Attachment, row.attachment_id))
    assert hashlib.sha256(content).hexdigest() == row.sha256
    assert content.startswith(b"%PDF")


def test_the_command_line_knows_the_issued_and_the_sealed_file(app, monkeypatch, tmp_path):
    sealing.install_test_key("示例调解委员会")
    key = play.issued()
    act(ISSUED, "committee", service.seal, key)
    with pytest.raises(Conflict):
        act(ISSUED, "committee", service.seal, key)
    row = play.reload(key)
    files = {name: attachments.read(db.session.get_one(Attachment, one))
             for name, one in (("issued.pdf", row.attachment_id), ("sealed.pdf", row.sealed_attachment_id))}  # fmt: skip
    assert files["sealed.pdf"].startswith(files["issued.pdf"])
    files["other.pdf"] = files["issued.pdf"] + b"%"
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.setattr(cli_context, "build_app", lambda: app)
    said = CliRunner().invoke(documents_command, ["verify", "--json", *(str(tmp_path / name) for name in files)])
    assert [one["same_file"] for one in json.loads(said.output)] == [True, True, False]


def test_served_by_the_system_it_stands_in_the_inbox_of_the_companys_people():
    key = play.served()
    row = play.reload(key)
    assert (row.status, row.sent_on, row.sent_by_way) == ("sent", ISSUED, "system")
    assert inbox("hr_same_company") == ["收到规范用工建议书 沪快调建〔2026〕1号"]
    assert inbox("hr_other_company") == []
    assert inbox("hr_outlet") == []  # the letter is to headquarters


def test_a_company_without_accounts_is_not_served_by_the_system():
    with casefiles.at(DRAFTED), transaction():
        lonely = play.make.make_company(personas.world().committee, "无账号速运有限公司")
        row = service.draft(play.actor("committee"), company=lonely, cause="wage.arrears", given=TEXT)
        key = row.id
    act(ISSUED, "secretary", service.review, key)
    act(ISSUED, "committee", service.issue, key)
    with pytest.raises(DomainError) as refused:
        act(ISSUED, "committee", service.serve, key, given=ServiceIn("system", ISSUED))
    assert refused.value.field == "manner"
    given = ServiceIn("left", ISSUED, refusal_note="前台拒收")
    with pytest.raises(DomainError) as refused:
        act(ISSUED, "committee", service.serve, key, given=given)
    assert refused.value.field == "witnesses"
    photo = ("门口.txt", "留置在前台".encode())
    act(ISSUED, "committee", service.serve, key, given=given, files=[photo])
    row = play.reload(key)
    (entry,) = [one for one in queries.entries_for(play.actor("committee"), row) if one.kind == "sent"]
    assert entry.data["refusal_note"] == "前台拒收"
    assert [file.filename for _id, file in queries.files_for(play.actor("committee"), row)[entry.id]] == ["门口.txt"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        (ServiceIn("direct", ISSUED), "taken_by"),
        (ServiceIn("post", ISSUED), "tracking"),
        (ServiceIn("electronic", ISSUED), "place"),
        (ServiceIn("direct", ISSUED - timedelta(days=1), taken_by="前台"), "served_on"),
        (ServiceIn("pigeon", ISSUED), "manner"),
    ],
)
def test_a_service_says_what_its_manner_needs(given, field):
    key = play.issued()
    with pytest.raises(DomainError) as refused:
        act(ISSUED, "committee", service.serve, key, given=given)
    assert refused.value.field == field


def test_the_company_answers_advice_by_advice_with_measures_and_files():
    key = play.served()
    files = [("办法.txt", b"one"), ("名单.txt", b"two")]
    act(ANSWERED, "hr_same_company", service.answer, key, given=REPLY, files=files)
    row = play.reload(key)
    assert (row.status, row.answered_on, row.effective_from) == ("answered", ANSWERED, date(2026, 4, 1))
    history = queries.entries_for(play.actor("committee"), row)
    (reply,) = [one for one in history if one.kind == "answered"]
    assert [(one["answer"], one["reason"]) for one in reply.data["items"]] == [
        ("adopted", ""),
        ("partly", "先在华东试行"),
    ]
    assert len(queries.files_for(play.actor("committee"), row)[reply.id]) == 2
    assert [one.text for one in service.open_measures(history)] == ["上线发放核对"]
    assert inbox("secretary")[-1] == "公司已答复建议书 沪快调建〔2026〕1号"
    assert [name for name, _at in queries.openings_of(row)] == ["许宁"]
    with pytest.raises(Forbidden):
        act(ANSWERED, "committee", service.supplement, key, given=ReplyIn(note="代写"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"items": (ItemIn("adopted"),)}, "items"),
        ({"items": (ItemIn("adopted"), ItemIn("refused"))}, "items"),
        ({"items": (ItemIn(""), ItemIn("adopted"))}, "items"),
        ({"measures": ()}, "measures"),
        ({"measures": (MeasureIn("修订办法", "", planned_on=REPLY_BY),)}, "measures"),
        ({"measures": (MeasureIn("修订办法", "人事"),)}, "measures"),
        ({"measures": (MeasureIn("修订办法", "人事", done_on=REPLY_BY),)}, "measures"),
    ],
)
def test_an_unfinished_answer_is_refused_at_its_place(change, field):
    key = play.served()
    with pytest.raises(DomainError) as refused:
        act(ANSWERED, "hr_same_company", service.answer, key, given=replace(REPLY, **change))
    assert refused.value.field == field
    assert play.reload(key).status == "sent"


def test_a_supplement_tells_a_measure_anew_and_keeps_what_was_said():
    key = play.answered()
    (planned,) = service.open_measures(queries.entries_for(play.actor("committee"), play.reload(key)))
    done = MeasureIn("上线发放核对", "信息部", done_on=date(2026, 4, 18), replaces=planned.id)
    given = ReplyIn(measures=(done,), effective_from=date(2026, 4, 18))
    act(date(2026, 4, 18), "hr_same_company", service.supplement, key, given=given)
    row = play.reload(key)
    history = queries.entries_for(play.actor("committee"), row)
    assert service.open_measures(history) == []
    assert [one.text for one in history if one.kind == "measure"].count("上线发放核对") == 2
    assert (row.answered_on, row.effective_from) == (ANSWERED, date(2026, 4, 18))
    with pytest.raises(DomainError):
        act(date(2026, 4, 19), "hr_same_company", service.supplement, key, given=given)
    with pytest.raises(DomainError, match="没有要补充"):
        act(date(2026, 4, 19), "hr_same_company", service.supplement, key, given=ReplyIn())


def test_verified_only_after_a_visit_and_then_closed_for_a_reason():
    key, day = play.answered(), date(2026, 5, 6)
    with pytest.raises(DomainError, match="回访"):
        act(day, "committee", service.verify, key, on=day)
    act(day, "committee", service.visit, key, on=day, visitors="程鸣、秦书", found="抽查三名快递员，工资按月发放。")
    with pytest.raises(DomainError) as refused:
        act(day, "committee", service.verify, key, on=day, effective_from=date(2026, 5, 7))
    assert refused.value.field == "effective_from"
    act(day, "committee", service.verify, key, on=day, effective_from=date(2026, 4, 10))
    row = play.reload(key)
    assert (row.status, row.verified_on, row.effective_from) == ("verified", day, date(2026, 4, 10))
    with pytest.raises(DomainError):
        act(day, "committee", service.close, key, reason=" ")
    act(date(2026, 11, 6), "committee", service.close, key, reason="效果已经比较")
    assert (play.reload(key).status, play.reload(key).closed_on) == ("closed", date(2026, 11, 6))


def test_without_an_answer_nothing_follows_before_the_reply_day():
    key = play.served()
    with pytest.raises(Conflict):
        act(REPLY_BY, "committee", service.declare_not_done, key, reason="没有答复")
    late = REPLY_BY + timedelta(days=1)
    act(late, "committee", service.declare_not_done, key, reason="没有答复")
    told = {"body": "union", "on": late, "what": "告知未答复的情况", "with_personal_data": True}
    with pytest.raises(DomainError) as refused:
        act(late, "committee", service.tell, key, **told)
    assert refused.value.field == "consent"
    act(late, "committee", service.tell, key, **told, consent="申请人一人于当日书面同意")
    act(late, "hr_same_company", service.supplement, key, given=ReplyIn(note="现补答复：已整改。"))
    assert play.reload(key).status == "answered"


def test_a_numbered_letter_that_is_given_up_keeps_its_number():
    key = play.issued()
    act(ISSUED, "committee", service.close, key, reason="公司已注销")
    row = play.reload(key)
    assert (row.status, row.number, row.sent_on) == ("closed", "沪快调建〔2026〕1号", None)


def test_who_may_see_which_letter():
    draft, letter = play.drafted(), play.served()
    for who in ("hr_same_company", "hr_other_company", "committee_elsewhere", "hr_region", "duty_lawyer"):
        with pytest.raises(NotFound):
            play.reload(draft, who)
    assert play.reload(letter, "hr_same_company").id == letter
    for who in ("hr_other_company", "committee_elsewhere", "hr_region", "hr_outlet", "admin"):
        with pytest.raises(NotFound):
            play.reload(letter, who)


def test_a_letter_to_an_outlet_is_seen_by_it_and_by_those_above():
    with casefiles.at(DRAFTED), transaction():
        given = replace(TEXT, case_ids=play.case_ids())
        key = service.draft(
            play.actor("committee"), company=personas.world().outlet, cause="wage.arrears", given=given
        ).id
    act(ISSUED, "secretary", service.review, key)
    act(ISSUED, "committee", service.issue, key)
    act(ISSUED, "committee", service.serve, key, given=ServiceIn("system", ISSUED))
    for who in ("hr_same_company", "hr_region", "hr_outlet"):
        assert play.reload(key, who).id == key
        assert inbox(who) == ["收到规范用工建议书 沪快调建〔2026〕1号"]


def test_the_company_sees_its_part_of_the_history_only():
    key = play.answered()
    act(date(2026, 4, 3), "committee", service.visit, key, on=date(2026, 4, 3), visitors="程鸣", found="已到网点",
        files=[("内部.txt", b"x")])  # fmt: skip
    row = play.reload(key, "hr_same_company")
    company = play.actor("hr_same_company")
    seen = queries.entries_for(company, row)
    assert [one.kind for one in seen] == ["sent", "answered", "measure", "measure", "visited"]
    assert queries.files_for(company, row) == {}
    ((file_id, _file),) = queries.files_for(play.actor("committee"), row)[seen[-1].id]
    with pytest.raises(NotFound):
        queries.file_for(company, row, file_id)


def test_every_step_leaves_a_trace():
    key = play.answered()
    rows = db.session.scalars(
        db.select(AuditRow)
        .where(AuditRow.subject_kind == "recommendation", AuditRow.subject_id == key)
        .order_by(AuditRow.id)
    ).all()
    steps = [row.fields["step"] for row in rows if row.event == "recommendation_step"]
    assert steps == ["reviewed", "issued", "sent", "answered"]
    assert "document_issued" in [row.event for row in rows]


def test_entries_are_only_ever_added():
    key = play.drafted()
    before = [
        (one.id, one.kind, one.text, one.data) for one in queries.entries_for(play.actor("committee"), play.reload(key))
    ]
    act(DRAFTED, "secretary", service.review, key)
    after = db.session.scalars(db.select(RecommendationEntry).where(RecommendationEntry.recommendation_id == key)).all()
    assert [(one.id, one.kind, one.text, one.data) for one in after][: len(before)] == before


def test_a_draft_without_a_title_or_with_a_past_reply_day_is_refused():
    with pytest.raises(DomainError) as refused:
        play.drafted(title=" ")
    assert refused.value.field == "title"
    with pytest.raises(DomainError) as refused:
        play.drafted(answer_by=DRAFTED)
    assert refused.value.field == "answer_by"
    with casefiles.at(DRAFTED), transaction(), pytest.raises(Forbidden):
        service.draft(play.actor("hr_same_company"), company=personas.world().company, cause="wage", given=DraftIn("x"))
