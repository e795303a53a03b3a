"""Every legal act that is no step of the life cycle, and the time limits the law ties to it (law.md 2.1-2.4). Pure.

A row says which rules the act opens, meets, ends and lengthens. Where one trigger has several rules, the act asks a
question (``choices``) and its ties name the answers under which they hold. A rule runs only on its own tracks
(``deadlines.rules``). The words stand in ``act_labels``; what the life cycle itself starts stands in ``clock.EFFECTS``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from mediation.cases.lifecycle import Event, State, Track
from mediation.deadlines.rules import RULES

EARLIEST = date(1950, 1, 1)
# Opened from the limitation events of each claim, not by an act.
LIMITATION = frozenset(
    {"ARB-LIMIT-1Y", "ARB-LIMIT-WAGE-1Y", "CIV-LIMIT-3Y", "CIV-LIMIT-20Y", "INS-LIMIT-2Y", "LA-URGENT-7D"}
)
# What another body asked the committee to mediate goes back to it when mediation ends.
COMMISSIONED = ("CR-MED-30D", "CR-MED-15D", "CR-MED-7D", "ARB-DELEGATE-10WD")
ACCIDENT = ("WI-EMPLOYER-30D", "WI-WORKER-1Y", "OC-SH-30D", "OC-SH-90D")
# Each side has its own clock from its own receipt; each delivery its own day of payment.
PER_SIDE = frozenset({"ARB-SUE-15D", "ARB-SETASIDE-SUE-15D", "WI-REVIEW-15D"})
PER_ACT = frozenset({"SME-PAY-60D", "SME-PAY-30D"})
AWARD = ("ARB-AWARD-45D", "ARB-AWARD-60D")

Answers = Mapping[str, object]
_PARTIES = frozenset(Track) - {Track.POLICE, Track.CONSULT}
_EMPLOYED = frozenset({Track.LABOUR, Track.NEW_FORM, Track.REFERRAL})


@dataclass(frozen=True, slots=True)
class Choice:
    """A question of an act: the key of its answer in ``LegalAct.data``, the codes of the answers, where it is asked."""

    name: str
    answers: tuple[str, ...]
    tracks: frozenset[Track] = frozenset(Track)


@dataclass(frozen=True, slots=True)
class Tie:
    """A rule that an act is tied to. ``given``: for each question named, the answers under which the tie holds."""

    rule: str
    given: tuple[tuple[str, str], ...] = ()

    def holds(self, answers: Answers) -> bool:
        """Whether the answers are those the tie asks for."""
        return all(answers.get(name) == wanted for name, wanted in self.given)


@dataclass(frozen=True, slots=True)
class Act:
    """One kind of legal act.

    ``cancels``: rules that no longer run after it. ``extends``: rules it lengthens by the days (months) in
    ``data["days"]``, counted from the original trigger. ``swaps``: rules that go on under another rule from the same
    trigger.
    ``ground``: it interrupts limitation on this ground of ``deadlines.limitation`` (Order 33 Art 27, CC 195).
    ``may_lie_ahead``: its day may be in the future. ``instead``: the step of the life cycle that does the same where the
    case allows it.
    """

    kind: str
    group: str
    starts: tuple[Tie, ...] = ()
    meets: tuple[Tie, ...] = ()
    cancels: tuple[str, ...] = ()
    extends: tuple[str, ...] = ()
    swaps: tuple[tuple[str, str], ...] = ()
    choices: tuple[Choice, ...] = ()
    tracks: frozenset[Track] = frozenset()
    ground: str = ""
    may_lie_ahead: bool = False
    instead: Event | None = None

    @property
    def interrupts(self) -> bool:
        """Whether limitation begins anew with it."""
        return bool(self.ground)

    @property
    def needs_evidence(self) -> bool:
        """An interruption must be proved by a dated document (law.md 9, trap 8)."""
        return self.interrupts

    def questions(self, track: Track) -> tuple[Choice, ...]:
        """What it asks on a track."""
        return tuple(one for one in self.choices if track in one.tracks)

    def opened(self, track: Track, answers: Answers) -> tuple[str, ...]:
        """The rules it opens on a track, given the answers."""
        return _holding(self.starts, track, answers)

    def met(self, answers: Answers) -> tuple[str, ...]:
        """The rules it meets, given the answers."""
        return tuple(dict.fromkeys(tie.rule for tie in self.meets if tie.holds(answers)))

    def rules(self) -> frozenset[str]:
        """Every rule it is tied to."""
        ties = {tie.rule for tie in (*self.starts, *self.meets)}
        return frozenset({*ties, *self.cancels, *self.extends, *(rule for pair in self.swaps for rule in pair)})


def _holding(ties: Iterable[Tie], track: Track, answers: Answers) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(tie.rule for tie in ties if track.value in RULES[tie.rule].tracks and tie.holds(answers))
    )


def subject_of(rule: str, answers: Answers) -> str:
    """What tells a clock apart from others of its rule: the side that received a paper, the delivery; "" for most.

    ``answers`` holds ``first_act_id`` (or ``act_id``), the key of the act before any correction.
    """
    if rule in PER_SIDE:
        return str(answers.get("side") or "")
    return f"act:{answers.get('first_act_id') or answers['act_id']}" if rule in PER_ACT else ""


def tie(rule: str, **given: str) -> Tie:
    """A tie that holds under the given answers."""
    return Tie(rule, tuple(given.items()))


def _act(group: str, kind: str, *, starts: Iterable[str | Tie] = (), meets: Iterable[str | Tie] = (), **more) -> Act:
    opened, met = (tuple(one if isinstance(one, Tie) else Tie(one) for one in ties) for ties in (starts, meets))
    act = Act(kind, group, opened, met, **more)
    if act.tracks:
        return act
    return Act(kind, group, opened, met, **{**more, "tracks": _tracks_of(act.rules())})


def _tracks_of(rules: Iterable[str]) -> frozenset[Track]:
    return frozenset(Track(track) for rule in rules for track in RULES[rule].tracks)


_SIDE = Choice("side", ("worker", "employer"), _EMPLOYED)
_FINAL = Choice("final", ("no", "yes"))

_TABLE = (
    # Negotiation (Order 17 Art 8-11).
    _act("negotiation", "negotiation_requested", starts=["LM-NEG-RESP-5D"], ground="claim_made"),
    _act("negotiation", "negotiation_extended", extends=("LM-NEG-RESP-5D",)),
    _act("negotiation", "negotiation_answered", meets=["LM-NEG-RESP-5D"]),
    # What interrupts limitation and starts no clock of its own (Order 33 Art 27; CC 195).
    _act("claim", "demand_made", tracks=_PARTIES, ground="claim_made"),
    _act("claim", "debtor_agreed", tracks=_PARTIES, ground="agreed_to_perform"),
    _act("claim", "mediation_requested_again", tracks=_PARTIES, ground="mediation_applied"),
    _act("claim", "complaint_filed", tracks=_PARTIES, ground="complaint"),
    # Mediation asked for by a court.
    _act("commission", "court_material_received", starts=["CR-MED-30D"]),
    _act("commission", "court_delegated", choices=(Choice("procedure", ("ordinary", "summary")),),
         starts=[tie("CR-MED-15D", procedure="ordinary"), tie("CR-MED-7D", procedure="summary")]),
    _act("commission", "court_mediation_extended", extends=("CR-MED-30D", "CR-MED-15D", "CR-MED-7D")),
    _act("commission", "court_informed", meets=["CR-MED-30D", "CR-MED-15D", "CR-MED-7D"]),
    # Police.
    _act("police", "police_accepted", starts=["PS-CASE-30D"]),
    _act("police", "police_case_extended", extends=("PS-CASE-30D",)),
    # The handling period begins anew when mediation fails or is not performed (公安程序规定 Art 185).
    _act("police", "police_mediation_failed", starts=["PS-CASE-30D"], cancels=("PSM-2ND-7WD",)),
    _act("police", "police_decided", meets=["PS-CASE-30D"], cancels=("PSM-2ND-7WD",)),
    # Traffic police.
    _act("traffic", "certificate_received", starts=["TR-MED-10D"]),
    _act("traffic", "peoples_mediation_failed", starts=["TR-MED-3D"], tracks=frozenset({Track.TRAFFIC})),
    _act("traffic", "traffic_mediation_applied", meets=["TR-MED-10D", "TR-MED-3D"]),
    # Arbitration review and judicial confirmation of the agreement.
    _act("confirmation", "review_applied", meets=["LM-ARBREVIEW-15D"], instead=Event.FORCE_SOUGHT),
    _act("confirmation", "review_accepted", starts=["ARB-REVIEW-5WD"]),
    _act("confirmation", "review_extended", extends=("ARB-REVIEW-5WD",)),
    _act("confirmation", "review_decided", meets=["ARB-REVIEW-5WD"],
         choices=(Choice("result", ("made", "refused", "withdrawn")),)),
    _act("confirmation", "confirmation_applied", meets=["JC-30D"], starts=["JC-ACCEPT-3D"],
         instead=Event.FORCE_SOUGHT),
    _act("confirmation", "confirmation_accepted", meets=["JC-ACCEPT-3D"], starts=["JC-DECIDE-15D"]),
    _act("confirmation", "confirmation_not_accepted", meets=["JC-ACCEPT-3D"]),
    _act("confirmation", "confirmation_extended", extends=("JC-DECIDE-15D",)),
    _act("confirmation", "confirmation_decided", meets=["JC-DECIDE-15D"],
         choices=(Choice("result", ("confirmed", "rejected")),)),
    _act("confirmation", "outsider_knew", starts=["JC-THIRD-1Y"]),
    _act("confirmation", "outsider_applied", meets=["JC-THIRD-1Y"]),
    # Payment order.
    _act("payment_order", "payment_order_applied", starts=["PO-NOTIFY-5D"], ground="payment_order",
         instead=Event.ENFORCEMENT_STARTED),
    _act("payment_order", "payment_order_accepted", meets=["PO-NOTIFY-5D"], starts=["PO-ISSUE-15D"]),
    _act("payment_order", "payment_order_not_accepted", meets=["PO-NOTIFY-5D"]),
    _act("payment_order", "payment_order_issued", meets=["PO-ISSUE-15D"], starts=["PO-SERVE-30D"]),
    _act("payment_order", "payment_order_received", meets=["PO-SERVE-30D"], starts=["PO-OBJECT-15D"]),
    _act("payment_order", "payment_order_objected", meets=["PO-OBJECT-15D"]),
    _act("payment_order", "payment_order_paid", meets=["PO-OBJECT-15D"]),
    _act("payment_order", "payment_order_ended", starts=["PO-REFUSE-LIT-7D"],
         cancels=("PO-NOTIFY-5D", "PO-ISSUE-15D", "PO-SERVE-30D", "PO-OBJECT-15D")),
    _act("payment_order", "litigation_refused", meets=["PO-REFUSE-LIT-7D"]),
    # Labour arbitration.
    _act("arbitration", "arbitration_applied", starts=["ARB-ACCEPT-5WD"], ground="arbitration",
         instead=Event.ENFORCEMENT_STARTED),
    _act("arbitration", "arbitration_correction_noticed", starts=["ARB-FIX-5WD"]),
    _act("arbitration", "arbitration_corrected", meets=["ARB-FIX-5WD"]),
    _act("arbitration", "arbitration_accepted", meets=["ARB-ACCEPT-5WD"], starts=["ARB-SERVE-5WD", "ARB-AWARD-45D"]),
    _act("arbitration", "arbitration_not_accepted", meets=["ARB-ACCEPT-5WD"]),
    _act("arbitration", "arbitration_copy_received", meets=["ARB-SERVE-5WD"], starts=["ARB-ANSWER-10WD"]),
    _act("arbitration", "arbitration_answer_received", meets=["ARB-ANSWER-10WD"], starts=["ARB-SERVE-ANSWER-5WD"]),
    _act("arbitration", "arbitration_answer_served", meets=["ARB-SERVE-ANSWER-5WD"]),
    _act("arbitration", "arbitration_hearing", starts=["ARB-HEAR-NOTICE-5WD", "ARB-POSTPONE-3WD"],
         may_lie_ahead=True),
    _act("arbitration", "arbitration_hearing_noticed", meets=["ARB-HEAR-NOTICE-5WD"]),
    _act("arbitration", "arbitration_postponement_asked", meets=["ARB-POSTPONE-3WD"]),
    _act("arbitration", "arbitration_recusal_requested", starts=["ARB-RECUSE-3WD"]),
    _act("arbitration", "arbitration_recusal_decided", meets=["ARB-RECUSE-3WD"]),
    _act("arbitration", "arbitration_delegated", starts=["ARB-DELEGATE-10WD"]),
    _act("arbitration", "arbitration_informed", meets=["ARB-DELEGATE-10WD"]),
    # Complex cases: 60 days in all, from acceptance (LDMAL Art 43); counted anew in the cases of Order 33 Art 45-47.
    _act("arbitration", "award_period_extended", swaps=(AWARD,)),
    _act("arbitration", "award_period_restarted", starts=["ARB-AWARD-45D"], cancels=("ARB-AWARD-60D",)),
    _act("arbitration", "award_made", meets=AWARD),
    # Each side's own receipt; only the employer may have a final award set aside (LDMAL Art 48-50).
    _act("arbitration", "award_received", choices=(_SIDE, _FINAL), cancels=AWARD,
         starts=[tie("ARB-SUE-15D", side="worker"), tie("ARB-SUE-15D", side="employer", final="no"),
                 tie("ARB-SETASIDE-30D", side="employer", final="yes")]),
    _act("arbitration", "set_aside_applied", meets=["ARB-SETASIDE-30D"]),
    _act("arbitration", "award_set_aside", choices=(_SIDE,), starts=["ARB-SETASIDE-SUE-15D"],
         cancels=("ARB-SETASIDE-30D",)),
    # Court and execution.
    _act("court", "suit_filed", starts=["CIV-DOCKET-7D"], meets=["ARB-SUE-15D", "ARB-SETASIDE-SUE-15D"],
         choices=(_SIDE,), ground="suit", instead=Event.ENFORCEMENT_STARTED),
    _act("court", "suit_docketed", meets=["CIV-DOCKET-7D"]),
    _act("court", "suit_not_accepted", meets=["CIV-DOCKET-7D"]),
    _act("court", "obstacle_ended", starts=["CIV-EXT-10D"]),
    _act("court", "extension_applied", meets=["CIV-EXT-10D"]),
    _act("court", "performance_due", starts=["ENF-2Y"], may_lie_ahead=True),
    _act("court", "execution_applied", meets=["ENF-2Y"], ground="equal_act"),
    # Work injury and the occupational-injury pilot.
    _act("injury", "accident", starts=ACCIDENT),
    _act("injury", "injury_applied", choices=(Choice("by", ("employer", "worker")),),
         meets=[tie("WI-EMPLOYER-30D", by="employer"), "WI-WORKER-1Y"]),
    _act("injury", "injury_employer_extended", extends=("WI-EMPLOYER-30D",)),
    _act("injury", "injury_application_accepted", choices=(Choice("simple", ("no", "yes")),),
         starts=[tie("WI-DECIDE-60D", simple="no"), tie("WI-DECIDE-15D", simple="yes")]),
    _act("injury", "injury_decided", meets=["WI-DECIDE-60D", "WI-DECIDE-15D"],
         choices=(Choice("recognised", ("yes", "no")),)),
    _act("injury", "occupational_injury_applied", choices=(Choice("by", ("platform", "worker")),),
         meets=[tie("OC-SH-30D", by="platform"), "OC-SH-90D"]),
    _act("injury", "appraisal_material_received", starts=["WI-DISAB-60D"]),
    _act("injury", "appraisal_extended", extends=("WI-DISAB-60D",)),
    _act("injury", "appraisal_made", meets=["WI-DISAB-60D"]),
    _act("injury", "appraisal_received", choices=(_SIDE,), starts=["WI-REVIEW-15D"],
         cancels=("WI-DISAB-60D",)),
    _act("injury", "second_appraisal_asked", choices=(_SIDE,), meets=["WI-REVIEW-15D"]),
    _act("injury", "work_stopped", starts=["WI-LEAVE-12M"]),
    _act("injury", "leave_extended", extends=("WI-LEAVE-12M",)),
    _act("injury", "leave_ended", meets=["WI-LEAVE-12M"]),
    # Insurance.
    _act("insurance", "insurance_claim_complete", choices=(Choice("complex", ("yes", "no")),),
         starts=[tie("INS-DECIDE-30D", complex="yes"), "INS-ADVANCE-60D"]),
    _act("insurance", "insurance_extended", extends=("INS-DECIDE-30D",)),
    _act("insurance", "insurance_decided", meets=["INS-DECIDE-30D"]),
    _act("insurance", "insurance_amount_agreed", meets=["INS-DECIDE-30D"], starts=["INS-PAY-10D"],
         cancels=("INS-ADVANCE-60D",)),
    _act("insurance", "insurance_paid", choices=(Choice("paid", ("full", "advance")),),
         meets=[tie("INS-PAY-10D", paid="full"), "INS-ADVANCE-60D"]),
    _act("insurance", "insurance_refusal_decided", meets=["INS-DECIDE-30D"], starts=["INS-REFUSE-3D"],
         cancels=("INS-ADVANCE-60D",)),
    _act("insurance", "insurance_refusal_notified", meets=["INS-REFUSE-3D"]),
    # Labour inspection.
    _act("inspection", "violation_ended", starts=["LS-2Y"]),
    _act("inspection", "inspection_complained", meets=["LS-2Y"], ground="complaint"),
    _act("inspection", "inspection_opened", starts=["LS-60WD"], meets=["LS-2Y"]),
    _act("inspection", "inspection_extended", extends=("LS-60WD",)),
    _act("inspection", "inspection_closed", meets=["LS-60WD"]),
    # Legal aid.
    _act("legal_aid", "legal_aid_applied", starts=["LA-REVIEW-7D"]),
    _act("legal_aid", "legal_aid_granted", meets=["LA-REVIEW-7D"], starts=["LA-ASSIGN-3D"]),
    _act("legal_aid", "legal_aid_refused", meets=["LA-REVIEW-7D"]),
    _act("legal_aid", "legal_aid_assigned", meets=["LA-ASSIGN-3D"]),
    # Freight that a large company or an organ owes to a small one.
    _act("service", "service_delivered", choices=(Choice("debtor", ("large", "organ")),),
         starts=[tie("SME-PAY-60D", debtor="large"), tie("SME-PAY-30D", debtor="organ")]),
    _act("service", "service_period_agreed", extends=("SME-PAY-30D",)),
    _act("service", "service_paid", meets=["SME-PAY-60D", "SME-PAY-30D"]),
)  # fmt: skip

ACTS: dict[str, Act] = {act.kind: act for act in _TABLE}
GROUPS: tuple[str, ...] = tuple(dict.fromkeys(act.group for act in _TABLE))

S = State
_BEFORE = frozenset({S.RECEIVED, S.CONSENT_INQUIRY, S.ACCEPTED, S.MEDIATING, S.EXTENDED})
_WITHOUT = frozenset({S.NOT_ACCEPTED, S.FAILED, S.TERMINATED, S.WITHDRAWN, S.REFERRED, S.CLOSED})
_AFTER = frozenset({S.AGREED, S.PERFORMING, S.DEFAULTED, S.ENFORCING})
# With what a file of each stage is usually added to, most usual first; what answers a running clock comes before it.
_USUAL: tuple[tuple[frozenset[State], tuple[str, ...]], ...] = (
    (_BEFORE, ("negotiation_requested", "court_material_received", "court_delegated", "arbitration_delegated",
               "certificate_received", "accident", "police_accepted", "insurance_claim_complete",
               "service_delivered", "demand_made")),
    (_WITHOUT, ("arbitration_applied", "suit_filed", "inspection_complained", "inspection_opened",
                "legal_aid_applied", "peoples_mediation_failed", "certificate_received", "injury_applied",
                "insurance_claim_complete")),
    (_AFTER, ("review_accepted", "confirmation_accepted", "payment_order_received", "payment_order_applied",
              "suit_filed", "arbitration_applied", "performance_due", "execution_applied")),
)  # fmt: skip
SHORTLIST = 8


def possible(track: Track) -> tuple[Act, ...]:
    """The acts that make sense on a track, in the order of the table."""
    return tuple(act for act in ACTS.values() if track in act.tracks)


def shortlist(track: Track, state: State, running: Collection[str], recorded: Collection[str] = ()) -> tuple[Act, ...]:
    """The acts to offer first: what answers or lengthens a running clock, then what is usual at this stage and not
    recorded yet.
    """
    answering = [act for act in possible(track) if not _answered(act).isdisjoint(running)]
    usual = [ACTS[kind] for states, kinds in _USUAL if state in states for kind in kinds if kind not in recorded]
    found = dict.fromkeys([*answering, *(act for act in usual if track in act.tracks)])
    return tuple(found)[:SHORTLIST]


def _answered(act: Act) -> set[str]:
    return {tie.rule for tie in act.meets} | set(act.extends) | {old for old, _new in act.swaps}


def longest(act: Act, rules: Iterable[str]) -> int | None:
    """The longest lawful extension of the running ones among the rules an act lengthens; None: the law sets none."""
    lengths = [RULES[rule].max_extension for rule in rules if rule in act.extends]
    known = [one for one in lengths if one is not None]
    return min(known) if known else None
