"""What is done with papers after they were issued: serving, sealing, keeping the signed original."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date

from mediation.attachments import service as attachments
from mediation.cases import service as cases
from mediation.cases.models import Case, MediationSession
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.demo import pictures
from mediation.demo.player import HEAD, Player, of_side, planned_of
from mediation.documents import invitations, queries, sealing, serving
from mediation.documents.models import Document
from mediation.documents.serving import ServiceIn
from mediation.documents.signing import service as signing
from mediation.parties import queries as parties
from mediation.parties.models import Party, Side

BODY = 17
# Two strokes of a pen, in the units of the field.
STROKES = (
    [[1500, 1200], [3200, 1100], [4900, 1250], [3600, 2400], [2200, 3800]],
    [[3400, 1900], [4300, 2900], [5600, 3700], [6900, 2300], [8300, 2600]],
)


def newest(case: Case, code: str) -> Document:
    """The newest paper of a form that is in force."""
    return queries.of_form([case.id], code)[-1]


def respondent(place: int) -> Callable[[Case], str]:
    """The key of a respondent, for papers that are made for each."""
    return lambda case: str(of_side(case, Side.RESPONDENT)[place].id)


def paper(code: str) -> Callable[[Case], str]:
    """The key of a paper that is served."""
    return lambda case: str(newest(case, code).id)


def serve(player: Player, code: str, day: date | None, *, hour: int = 17) -> None:
    """Hand a paper to everybody: the applicant at the station, companies by post."""

    def do(actor: Actor, case: Case) -> None:
        document = newest(case, code)
        for one in parties.for_case(case.id):
            serving.serve(actor, document=document, given=_service(case, one))

    player.at(day, player.script.handler, do, hour=hour)


def _service(case: Case, party: Party) -> ServiceIn:
    today = clock.today()
    if party.side == Side.APPLICANT.value:
        return ServiceIn(serving.DIRECT, today, party.id, place="驿站", taken_by="本人")
    return ServiceIn(serving.POST, today, party.id, place="住所", tracking=f"DEMO{case.number_seq:05d}{party.id:04d}")


def invite(player: Player, day: date | None, *, served_on: date) -> None:
    """Issue the notices of the session that is planned to all parties, and note when they arrived."""

    def issue(actor: Actor, case: Case) -> None:
        invitations.issue_all(actor, case=case, session=_ahead(case))

    def deliver(actor: Actor, case: Case) -> None:
        ids = [one.id for one in parties.for_case(case.id)]
        invitations.serve(actor, case=case, session=_ahead(case), party_ids=ids, on=clock.today())

    player.at(day, player.script.handler, issue, hour=16, minute=30)
    player.at(served_on, player.script.handler, deliver, hour=18)


def _ahead(case: Case) -> MediationSession:
    return planned_of(case)[-1]


def seal(player: Player, code: str, day: date | None, *, hour: int = 17) -> None:
    """Put the committee's electronic seal on a paper."""
    player.at(day, "committee", lambda actor, case: sealing.seal(actor, document=newest(case, code)), hour=hour)


def sign_on_screen(player: Player, code: str, day: date | None, *, hour: int = 14) -> None:
    """Let the applicant write on the screen."""

    def do(actor: Actor, case: Case) -> None:
        document, applicant = newest(case, code), of_side(case, Side.APPLICANT)[0]
        line = next(one for one in signing.lines(case, document) if one.place.party_id == applicant.id)
        signing.sign_on_screen(
            actor,
            case=case,
            document=document,
            chosen=f"{line.place.key}/{line.place.signers[0].key}",
            name="",
            identified_by="known",
            drawn=json.dumps(STROKES),
        )

    player.at(day, player.script.handler, do, hour=hour)


def scan(player: Player, code: str, day: date | None, *, hour: int = 18) -> None:
    """Everybody signed on paper: keep a photo of it."""

    def do(actor: Actor, case: Case) -> None:
        document = newest(case, code)
        names = [one.name.removesuffix("（虚构）")[:14] for one in parties.for_case(case.id)[:4]]
        lines = [f"编号：{document.number}", f"案号：{case.case_no or case.number}", "各方已核对全文，无异议。"]
        picture = pictures.sheet(document.title, lines, signers=names, seal="示例印章")
        signing.sign_on_paper(
            actor,
            case=case,
            document=document,
            keys=[one.place.key for one in signing.lines(case, document)],
            on=clock.today(),
            filename=f"{document.title}签署件.jpg",
            content=picture,
        )

    player.at(day, player.script.handler, do, hour=hour)


def evidence(player: Player, day: date | None, title: str, lines: Sequence[str]) -> None:
    """Keep a piece of evidence."""

    def do(actor: Actor, case: Case) -> None:
        attachments.store(
            actor,
            committee_id=case.committee_id,
            case_id=case.id,
            kind="evidence",
            filename=f"{title}.jpg",
            content=pictures.sheet(title, lines),
            note=title,
        )

    player.at(day, player.script.handler, do, hour=11, minute=50)


def complete_parties(player: Player, day: date | None, *, hour: int = 9) -> None:
    """Enter what joint applications print of the parties. The number's first six digits name no place."""

    def do(actor: Actor, case: Case) -> None:
        for one in of_side(case, Side.APPLICANT):
            number = id_number(one.id)
            cases.change_party(actor, case=case, party_id=one.id, id_number=number, address="示例区示例路9号101室")
        for place, one in enumerate(of_side(case, Side.RESPONDENT), 1):
            cases.change_party(
                actor,
                case=case,
                party_id=one.id,
                address=f"示例区示例路{place}00号",
                phone=f"000-0000-09{place:02d}",
                legal_representative=HEAD,
            )

    player.at(day, player.script.handler, do, hour=hour, minute=30)


def id_number(seq: int) -> str:
    """A number with a right check digit that nobody has: 000000 is no region."""
    digits = f"00000019900101{seq % 1000:03d}"
    total = sum(int(digit) * (2 ** (BODY - place) % 11) for place, digit in enumerate(digits))
    return digits + "10X98765432"[total % 11]
