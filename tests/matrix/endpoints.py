"""Every endpoint and who may open it, written by hand from the table of people in the product description.

The columns of a row: its methods; ``enter``, whose role holds the permission (everybody else: 403); ``sees``, within whose
scope the thing lies (the others: 404, as if it were not there); ``may``, who of these may do it (the others: 403).
Somebody who has not logged in is sent to the log-in page. ``case`` names the case of tests/matrix/sample.py an act is
tried on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.personas import PERSONAS, STRANGER

PEOPLE = (*PERSONAS, "admin_elsewhere", STRANGER)

ACCOUNTS = frozenset(PEOPLE) - {STRANGER}
LAWYERS = frozenset({"duty_lawyer", "lawyer_elsewhere"})
POLICE = frozenset({"police_here", "police_elsewhere"})
COMPANIES = frozenset({"hr_same_company", "hr_other_company"})
COMMITTEES = frozenset({"committee", "committee_elsewhere"})
ADMINS = frozenset({"admin", "admin_elsewhere"})
STAFF = LAWYERS | COMMITTEES | {"judicial_here"}  # who mediates and handles cases
READERS = STAFF | POLICE | COMPANIES  # an administrator's role alone opens no case

# Whose stations, company or committee the sample's cases belong to.
OURS = frozenset({"duty_lawyer", "judicial_here", "police_here", "hr_same_company", "committee"})
OUR_STAFF = OURS & STAFF
ELSEWHERE = frozenset({"committee_elsewhere", "admin_elsewhere"})
ANYBODY = frozenset(PEOPLE)
ADDRESSED = frozenset({"committee", "hr_same_company"})  # who wrote a letter, and whom it was written to


@dataclass(frozen=True)
class Row:
    """What is expected of one endpoint. ``get`` is the status for those let in, ``post`` that of an empty form."""

    methods: str
    enter: frozenset[str]
    sees: frozenset[str] = ANYBODY
    may: frozenset[str] = ANYBODY
    case: str = "agreed"
    get: int = 200
    post: tuple[int, ...] = (303, 422)
    values: dict[str, Any] = field(default_factory=dict)

    def expected(self, persona: str) -> int:
        """0: let in; else the status of the refusal (303 leads to the log-in page)."""
        if persona == STRANGER and STRANGER not in self.enter:
            return 303
        if persona not in self.enter:
            return 403
        if persona not in self.sees:
            return 404
        return 0 if persona in self.may else 403


def _act(case: str, enter: frozenset[str] = STAFF, *, sees: frozenset[str] = OURS, **more: Any) -> Row:
    """A form of a case and what it does."""
    return Row("GET POST", enter, sees, case=case, **more)


ROWS: dict[str, Row] = {
    # Open to everybody.
    "static": Row("GET", ANYBODY, values={"filename": "css/cases.css"}),
    "bootstrap.static": Row("GET", ANYBODY, values={"filename": "css/bootstrap.min.css"}),
    "accounts.login": Row("GET POST", ANYBODY),
    "accounts.switch_language": Row("POST", ANYBODY, post=(400,)),
    "proof.verify": Row("GET", ANYBODY),
    "proof.verify_offline": Row("GET", ANYBODY),
    "proof.verify_keys": Row("GET", ANYBODY),
    # Anybody's own account and inbox.
    "accounts.logout": Row("POST", ACCOUNTS, post=(303,)),
    "accounts.profile": Row("GET", ACCOUNTS),
    # An invitation leads in whoever has link and code; without them these pages say nothing.
    "joining.join": Row("GET POST", ANYBODY, post=(422,)),
    "joining.account": Row("GET POST", ANYBODY, get=303, post=(303,)),
    "second_factor.log_in": Row("GET POST", ANYBODY, get=303, post=(303,)),  # nobody is between the two steps here
    "second_factor.index": Row("GET", ACCOUNTS),
    "second_factor.begin": Row("POST", ACCOUNTS, post=(303,)),
    "second_factor.enrol": Row("GET POST", ACCOUNTS, get=303, post=(303,)),
    "second_factor.recovery": Row("POST", ACCOUNTS, post=(303,)),
    "second_factor.off": Row("POST", ACCOUNTS, post=(303,)),
    "accounts.password": Row("GET POST", ACCOUNTS),
    "notifications.inbox": Row("GET", ACCOUNTS),
    "notifications.read": Row("POST", ACCOUNTS, frozenset({"duty_lawyer"}), post=(303,)),
    "notifications.read_all": Row("POST", ACCOUNTS, post=(303,)),
    "notifications.channels": Row("GET", ACCOUNTS),
    "notifications.channel": Row("POST", ACCOUNTS, post=(422,), values={"kind": "wecom"}),
    "notifications.switch_channel": Row("POST", ACCOUNTS, post=(303,), values={"kind": "email"}),
    "notifications.remove_channel": Row("POST", ACCOUNTS, post=(303,), values={"kind": "wecom"}),
    "notifications.test_channel": Row("POST", ACCOUNTS, post=(422,), values={"kind": "wecom"}),
    "accounts.absences": Row("GET POST", ACCOUNTS),
    "accounts.team_absences": Row("GET POST", COMMITTEES | ADMINS),
    "accounts.absence_cancel": Row("POST", ACCOUNTS, frozenset({"duty_lawyer", "committee", "admin"}), post=(303,)),
    "cases.handover": Row("GET", STAFF),
    "cases.today": Row("GET", ACCOUNTS),
    # A calendar behind a secret address; nobody but its owner keeps addresses.
    "feeds.index": Row("GET", READERS),
    "feeds.make": Row("POST", READERS, post=(200,)),
    "feeds.renew": Row("POST", READERS, frozenset({"duty_lawyer"}), post=(200,)),
    "feeds.revoke": Row("POST", READERS, post=(303,)),
    "cases.feed": Row("GET", ANYBODY),
    # Work list and intake.
    "cases.index": Row("GET", READERS),
    "cases.export": Row("GET", STAFF | COMPANIES, values={"kind": "csv"}),
    "cases.save_view": Row("POST", READERS, post=(422,)),
    "cases.remove_view": Row("POST", READERS, frozenset({"duty_lawyer"}), post=(303,)),
    "cases.new": Row("GET", STAFF | POLICE),
    "cases.create": Row("POST", STAFF | POLICE, post=(422,)),
    "cases.save_draft": Row("POST", STAFF | POLICE, post=(200,)),
    "cases.remove_draft": Row("POST", STAFF | POLICE, post=(303,)),
    "cases.find_duplicates": Row("POST", STAFF | POLICE, post=(200,)),
    # One case: who handles it, whose it is.
    "cases.show": Row("GET", READERS, OURS),
    "cases.slip": Row("GET", READERS, OURS),
    "cases.deadline": Row("GET", READERS, OURS - POLICE),
    "cases.confirm_track": _act("asked"),
    "cases.ask_consent": _act("received"),
    "cases.record_consent": _act("asked"),
    "cases.accept": _act("asked"),
    "cases.refuse": _act("asked"),
    "cases.assign_handler": _act("agreed", COMMITTEES),
    "cases.assign_mediator": _act("mediating", COMMITTEES),
    "cases.extend": _act("mediating"),
    "cases.plan_session": _act("mediating"),
    "cases.hold_session": _act("mediating"),
    "cases.postpone_session": _act("mediating"),
    "cases.reply_to_session": _act("mediating", READERS, may=STAFF | COMPANIES),
    "cases.sessions_day": Row("GET", READERS),
    "invitations.show": Row("GET", STAFF, OURS, case="mediating"),
    "invitations.issue": Row("POST", STAFF, OURS, case="mediating"),
    "invitations.serve": Row("POST", STAFF, OURS, case="mediating"),
    "cases.cancel_session": _act("mediating"),
    "cases.pause": _act("mediating"),
    "cases.resume": _act("mediating"),
    "cases.draft_agreement": _act("mediating"),
    "cases.replace_agreement": _act("mediating"),
    "cases.sign": _act("mediating"),
    "cases.seal": _act("mediating", COMMITTEES),
    "cases.reach_oral": _act("oral"),
    "cases.fail": _act("mediating"),
    "cases.terminate": _act("mediating"),
    "cases.withdraw": _act("asked"),
    "cases.limitation": Row("GET", STAFF, OUR_STAFF),
    "cases.note_limitation": _act("agreed", STAFF, sees=OUR_STAFF),
    "cases.withdraw_limitation": _act("agreed", STAFF, sees=OUR_STAFF),
    "cases.choose_limitation_rule": _act("agreed", STAFF, sees=OUR_STAFF),
    "cases.confirm_limitation": _act("agreed", STAFF, sees=OUR_STAFF),
    "cases.refer": _act("asked", READERS, may=STAFF),
    "cases.record_result": _act("referred", READERS, may=STAFF),
    "cases.hold_police_mediation": _act("police", POLICE),
    "cases.advise": _act("consult"),
    "cases.record_payment": _act("agreed"),
    "cases.confirm_performed": _act("agreed"),
    "cases.declare_default": _act("agreed"),
    "cases.start_enforcement": _act("defaulted"),
    "cases.seek_force": _act("agreed"),
    "cases.follow_up": _act("agreed"),
    "cases.close": _act("withdrawn"),
    "cases.archive": _act("closed"),
    "cases.reopen": _act("closed", COMMITTEES),
    # What a company does in the same file, and how its word is checked.
    "cases.company_home": Row("GET", COMPANIES),
    "cases.company_instalments": Row("GET", COMPANIES),
    "cases.export_instalments": Row("GET", COMPANIES),
    "cases.answer": _act("agreed", COMPANIES),
    "cases.make_offer": _act("mediating", READERS, may=STAFF | COMPANIES),
    "cases.settle_offer": _act("mediating", READERS, may=STAFF | COMPANIES),
    "cases.name_representative": _act("agreed", COMPANIES),
    "cases.review_representative": _act("agreed"),
    "cases.report_payment": _act("agreed", COMPANIES),
    "cases.review_payment": _act("agreed"),
    "cases.correct": _act("agreed", READERS, may=STAFF),
    "cases.record_act": _act("agreed", READERS, may=STAFF, post=(422,)),
    "cases.correct_act": _act("agreed", READERS, may=STAFF),
    "cases.withdraw_act": _act("agreed", READERS, may=STAFF),
    "cases.correct_signature": _act("agreed"),
    "cases.enter_party": _act("agreed"),
    "cases.change_party": _act("agreed"),
    "cases.enter_representative": _act("agreed"),
    "cases.enter_claim": _act("agreed"),
    "cases.change_claim": _act("agreed"),
    "cases.add_note": _act("agreed"),
    "cases.add_file": _act("agreed", READERS, may=STAFF | COMPANIES),
    "cases.open_file": Row("GET", READERS, OUR_STAFF),  # what the worker handed in is not for the company
    "cases.reveal": Row("POST", READERS, OURS, STAFF | POLICE, post=(200,), values={"field": "phone"}),
    "cases.reveal_representative": Row(
        "POST", READERS, OURS, STAFF | POLICE, post=(200,), values={"field": "phone"}
    ),
    # Papers.
    "documents.index": Row("GET", READERS, OURS),
    "documents.preview": Row("GET", STAFF, OURS, values={"code": "D13"}),
    "documents.word": Row("GET", STAFF, OURS, values={"code": "D13"}),
    "preparing.prepare": Row("GET POST", STAFF, OURS, values={"code": "D05"}),
    "terms.edit": Row("GET POST", STAFF, OURS),
    "terms.waive": Row("POST", STAFF, OURS, post=(404,)),
    "terms.draft": Row("GET", STAFF, OURS, get=404, values={"seq": 1}),
    "terms.restore": Row("POST", STAFF, OURS, post=(404, 409), values={"seq": 1}),
    "preparing.keep": Row("POST", STAFF, OURS, post=(200,), values={"code": "D05"}),
    "preparing.forget": Row("POST", STAFF, OURS, post=(303,), values={"code": "D05"}),
    "documents.issue": Row("POST", STAFF, OURS, values={"code": "D05"}),
    "documents.confirm_limitation": Row("POST", STAFF, OURS),
    "documents.show": Row("GET", READERS, OURS - POLICE),
    "documents.open": Row("GET", READERS, OURS - POLICE),
    "documents.open_scan": Row("GET", READERS, OURS - POLICE),
    "documents.void": Row("POST", STAFF, OURS),
    "proof.seal": Row("POST", COMMITTEES, OURS, post=(409, 422)),
    "proof.open_sealed": Row("GET", READERS, OURS - POLICE, get=404),
    "casefile.show": Row("GET", STAFF, OURS),
    "casefile.download": Row("GET", STAFF, OURS, values={"part": "open"}),
    "casefile.ask": Row("POST", STAFF, OURS, post=(303, 409), values={"part": "open"}),
    "casefile.made": Row("GET", STAFF, OURS),
    "casefile.fetch": Row("GET", STAFF, OURS, get=404),
    # A company signs only where its committee has allowed it.
    "signing.sign": Row("GET POST", READERS, OURS - POLICE, STAFF),
    "signing.sign_paper": Row("POST", STAFF, OURS),
    "signing.download": Row("GET", READERS, OURS - POLICE, get=404),
    "batches.index": Row("GET", STAFF, OURS),
    "batches.new": Row("GET POST", STAFF, OURS, values={"code": "D03"}),
    "batches.show": Row("GET", STAFF, OURS),
    "batches.download": Row("GET", STAFF, OURS, get=404),
    "serving.services": Row("GET POST", STAFF, OURS),
    "serving.withdraw": Row("POST", STAFF, OURS, post=(404,), values={"service_id": 0}),
    "documents.serve": Row("POST", STAFF, OURS),
    "documents.scan": Row("POST", STAFF, OURS),
    # Companies.
    "companies.index": Row("GET", READERS | ADMINS),
    "companies.suggest": Row("GET", READERS | ADMINS),
    "companies.show": Row("GET", READERS | ADMINS, ACCOUNTS - ELSEWHERE - {"hr_other_company"}),
    "companies.new": Row("GET POST", COMMITTEES | ADMINS),
    "companies.edit": Row("GET POST", COMMITTEES | ADMINS, ACCOUNTS - ELSEWHERE),
    "companies.move": Row("GET POST", COMMITTEES | ADMINS, ACCOUNTS - ELSEWHERE),
    "companies.merge": Row("GET POST", COMMITTEES | ADMINS, ACCOUNTS - ELSEWHERE),
    "companies.undo": Row("POST", COMMITTEES | ADMINS, ACCOUNTS - ELSEWHERE),
    "companies.alias": Row("POST", COMMITTEES | ADMINS, ACCOUNTS - ELSEWHERE),
    "companies.remove_alias": Row("POST", COMMITTEES | ADMINS, ACCOUNTS - ELSEWHERE),
    "companies.clients": Row("GET POST", LAWYERS | COMMITTEES),
    "companies.end_client": Row("POST", LAWYERS | COMMITTEES, frozenset({"duty_lawyer", "committee"})),
    "headcounts.show": Row("GET", COMPANIES | COMMITTEES, OURS),
    "headcounts.save": Row("POST", COMPANIES | COMMITTEES, OURS, post=(422,)),
    "headcounts.save_many": Row("POST", COMPANIES | COMMITTEES, OURS, post=(422,)),
    "headcounts.template": Row("GET", COMPANIES | COMMITTEES, OURS),
    "headcounts.upload": Row("POST", COMPANIES | COMMITTEES, OURS, post=(422,)),
    # An upload is its uploader's alone.
    "headcounts.preview": Row("GET", COMPANIES | COMMITTEES, frozenset({"committee"})),
    "headcounts.confirm": Row("POST", COMPANIES | COMMITTEES, frozenset({"committee"}), post=(303,)),
    "headcounts.problems": Row("GET", COMPANIES | COMMITTEES, frozenset({"committee"})),
    "headcounts.remove": Row("POST", COMPANIES | COMMITTEES, OURS, post=(303,)),
    # Figures, reports, import.
    "statistics.index": Row("GET", STAFF | COMPANIES),
    "statistics.export": Row("GET", STAFF | COMPANIES, values={"kind": "xlsx"}),
    "statistics.figures": Row("GET", STAFF | COMPANIES),
    "statistics.yearbook": Row("GET", STAFF | COMPANIES),
    "statistics.save_view": Row("POST", STAFF | COMPANIES, post=(422,)),
    "statistics.remove_view": Row("POST", STAFF | COMPANIES, frozenset({"committee"}), post=(303,)),
    "signals.index": Row("GET", COMMITTEES | COMPANIES),
    "signals.show": Row("GET", COMMITTEES | COMPANIES, ADDRESSED),
    "signals.seen": Row("POST", COMMITTEES, ADDRESSED, post=(303,)),
    "signals.dismiss": Row("POST", COMMITTEES, ADDRESSED, post=(422,)),
    "signals.restore": Row("POST", COMMITTEES, ADDRESSED, post=(409,)),
    # Letters to a company; the sample's is served and answered.
    "recommendations.index": Row("GET", COMMITTEES | COMPANIES),
    "recommendations.new": Row("GET POST", COMMITTEES),
    "recommendations.show": Row("GET", COMMITTEES | COMPANIES, ADDRESSED),
    "recommendations.letter": Row("GET", COMMITTEES | COMPANIES, ADDRESSED),
    "recommendations.sealed": Row("GET", COMMITTEES | COMPANIES, ADDRESSED, get=404),
    "recommendations.open_file": Row("GET", COMMITTEES | COMPANIES, ADDRESSED),
    "recommendations.answer": Row("GET POST", COMPANIES, ADDRESSED),
    "recommendations.preview": Row("GET", COMMITTEES, ADDRESSED),
    "recommendations.edit": Row("GET POST", COMMITTEES, ADDRESSED, get=409, post=(409,)),
    "recommendations.do": Row("GET POST", COMMITTEES, ADDRESSED, values={"act": "visit"}),
    "recommendations.issue": Row("POST", COMMITTEES, ADDRESSED, post=(409,)),
    "recommendations.seal": Row("POST", COMMITTEES, ADDRESSED, post=(422,)),
    "reports.index": Row("GET", COMMITTEES),
    "reports.make": Row("POST", COMMITTEES),
    "reports.issued_file": Row("GET", COMMITTEES, ACCOUNTS - ELSEWHERE, values={"kind": "pdf"}),
    "reports.draft": Row("GET", COMMITTEES, values={"kind": "xlsx"}),
    "reports.show": Row("GET", COMMITTEES, ACCOUNTS - ELSEWHERE),
    "reports.part_file": Row("GET", COMMITTEES, ACCOUNTS - ELSEWHERE),
    "reports.recipient_list": Row("GET", COMMITTEES),
    "reports.add_recipient": Row("POST", COMMITTEES, post=(422,)),
    "reports.remove_recipient": Row("POST", COMMITTEES, ACCOUNTS - ELSEWHERE, post=(303,)),
    "reports.company_list": Row("GET", COMPANIES),
    "reports.company_show": Row("GET", COMPANIES, frozenset({"hr_same_company"})),
    "reports.company_file": Row("GET", COMPANIES, frozenset({"hr_same_company"}), values={"kind": "pdf"}),
    "ledger.index": Row("GET", COMMITTEES),
    "ledger.upload": Row("POST", COMMITTEES, post=(422,)),
    "ledger.preview": Row("GET", COMMITTEES, ACCOUNTS - ELSEWHERE),
    "ledger.confirm": Row("POST", COMMITTEES, ACCOUNTS - ELSEWHERE),
    "ledger.draft_problems": Row("GET", COMMITTEES, ACCOUNTS - ELSEWHERE),
    "ledger.show": Row("GET", COMMITTEES, ACCOUNTS - ELSEWHERE),
    "ledger.file": Row("GET", COMMITTEES, ACCOUNTS - ELSEWHERE),
    "ledger.problems": Row("GET", COMMITTEES, ACCOUNTS - ELSEWHERE),
    # Roster: who takes turns reads it, the committee and administrators keep it.
    "stations.roster": Row("GET", STAFF | POLICE | ADMINS),
    "stations.shift_new": Row("GET POST", COMMITTEES | ADMINS),
    "stations.shift_swap": Row("GET POST", COMMITTEES | ADMINS, ACCOUNTS - ELSEWHERE),
    "stations.shift_remove": Row("POST", COMMITTEES | ADMINS, ACCOUNTS - ELSEWHERE),
    # Configuration.
    "stations.index": Row("GET", ADMINS),
    "stations.station_new": Row("GET POST", ADMINS),
    "stations.station_edit": Row("GET POST", ADMINS, ACCOUNTS - ELSEWHERE),
    "stations.office_new": Row("GET POST", ADMINS),
    "stations.office_edit": Row("GET POST", ADMINS, ACCOUNTS - ELSEWHERE),
    "stations.room_new": Row("GET POST", ADMINS),
    "stations.room_edit": Row("GET POST", ADMINS, ACCOUNTS - ELSEWHERE),
    "accounts.users": Row("GET", ADMINS),
    "accounts.user_new": Row("GET POST", ADMINS),
    "accounts.user_edit": Row("GET POST", ADMINS, ACCOUNTS - ELSEWHERE),
    "accounts.user_reset_password": Row("POST", ADMINS, ACCOUNTS - ELSEWHERE, post=(200,)),
    "accounts.user_set_active": Row("POST", ADMINS, ACCOUNTS - ELSEWHERE),
    "joining.index": Row("GET", ADMINS),
    "joining.new": Row("GET POST", ADMINS, post=(422,)),
    "joining.renew": Row("POST", ACCOUNTS, frozenset({"admin", "hr_same_company"}), post=(200,)),
    "joining.revoke": Row("POST", ACCOUNTS, frozenset({"admin", "hr_same_company"}), post=(303,)),
    # The colleague of the sample is HR of the same company's region.
    "colleagues.index": Row("GET", COMPANIES),
    "colleagues.invite": Row("GET POST", COMPANIES, post=(422,)),
    "colleagues.show": Row("GET POST", COMPANIES, OURS, post=(422,)),
    "colleagues.take_away": Row("POST", COMPANIES, OURS, post=(303,)),
    "accounts.user_reset_second_factor": Row("POST", ADMINS, ACCOUNTS - ELSEWHERE, post=(303,)),
    "audit.index": Row("GET", ADMINS),
    "committees.settings": Row("GET POST", ADMINS),
    "titles.edit": Row("GET POST", ADMINS),
    "terms.clauses": Row("GET", ADMINS),
    "terms.new_clause": Row("GET POST", ADMINS),
    "terms.clause": Row("GET POST", ADMINS, values={"code": "pay_once"}),
    "committees.categories": Row("GET", ADMINS),
    "committees.category_new": Row("GET POST", ADMINS),
    "committees.category_edit": Row("GET POST", ADMINS, values={"code": "wage.arrears"}),
    "deadlines.calendar": Row("GET", ADMINS),
    "deadlines.enter_year": Row("GET POST", ADMINS),
    "deadlines.enter_day": Row("POST", ADMINS),
    "deadlines.proposed": Row("GET", ADMINS),
    "deadlines.decide": Row("POST", ADMINS),
    "deadlines.rules": Row("GET", ADMINS),
    "deadlines.edit_rule": Row("GET POST", ADMINS, values={"code": "LM-ACCEPT-3WD"}),
    "deadlines.jobs": Row("GET", ADMINS),
    "notifications.outbox": Row("GET", ADMINS),
    "notifications.retry": Row("POST", ADMINS, frozenset({"admin"}), post=(303,)),
    "notifications.cancel": Row("POST", ADMINS, frozenset({"admin"}), post=(303,)),
}  # fmt: skip

# Pages that lead on: whoever has nothing to see there is sent where there is something.
LEADS_ON = {("cases.today", one) for one in ADMINS} | {("accounts.login", one) for one in ACCOUNTS}
