"""Reads what a case has and makes its file: one click, everything in order, nothing internal in the open one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import func, select

from mediation.accounts.models import User
from mediation.attachments import queries as attachment_queries
from mediation.attachments import service as attachments
from mediation.attachments.models import Attachment
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.cases import service as cases
from mediation.cases.lifecycle import Event
from mediation.cases.models import Agreement, Case, CaseEvent, FollowUp, MediationSession, Payment
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import DomainError, Forbidden
from mediation.core.i18n import moment
from mediation.core.permissions import P, granted
from mediation.documents import casefacts, policy, registry
from mediation.documents.casefile import sheets
from mediation.documents.casefile.binding import Part, Unprintable, as_pdf, bind, page_count, suffix_of
from mediation.documents.casefile.plan import INTERNAL, OWN_SHEETS, Course, Entry, Lack, missing, ordered
from mediation.documents.forms.d29_file_sheets import cover
from mediation.documents.forms.pm12_back_cover import build as back_cover
from mediation.documents.models import Document
from mediation.documents.signing.copies import filename_of
from mediation.documents.typeset import fonts
from mediation.documents.typeset.blocks import Block
from mediation.documents.typeset.page import Layout, PageNumbers
from mediation.documents.typeset.render import to_pdf
from mediation.parties.models import Representative

# Together some hundred photographed sheets; more is made by parts.
MOST_BYTES = 400 * 1024 * 1024
# What the parties put in: a company its pay records, contracts and powers of attorney beside its receipts.
HANDED_IN = ("evidence", "proof", "pay_records", "contract", "authority", "other")
SIGNED, SIGNED_BEHIND = "签署件", "附签署件"
Told = Callable[[int, int], None]  # (steps done, steps in all)


@dataclass(frozen=True)
class Contents:
    """What the file of a case would hold."""

    entries: Sequence[Entry]
    files: dict[int, Attachment]
    lacks: Sequence[Lack]


@dataclass(frozen=True)
class CaseFile:
    """A made file."""

    filename: str
    content: bytes
    pages: int
    lacks: Sequence[Lack]


def contents_of(case: Case, *, is_internal: bool = False) -> Contents:
    """What the open (or the internal) file of a case would hold, in order, and what is missing from the open one."""
    files = {one.id: one for one in attachment_queries.of_case(case.id, include_internal=True)}
    documents = db.session.scalars(select(Document).where(Document.case_id == case.id).order_by(Document.id)).all()
    issued = [one for one in documents if one.status == "issued"]
    papers = [_of_document(one, files) for one in issued if one.code not in OWN_SHEETS]
    if is_internal:
        entries = [one for one in papers if one.code in INTERNAL]
        entries += [_of_file(one) for one in files.values() if one.is_internal]
        return Contents(ordered(entries, INTERNAL), files, ())
    entries = [one for one in papers if one.code not in INTERNAL]
    entries += [_of_file(one) for one in files.values() if _is_evidence(one)]
    entries += _of_loose_originals(documents, files.values())
    there = {one.code for one in entries}
    signed = there - {one.code for one in papers if not one.signed_ids}
    return Contents(ordered(entries), files, missing(_course(case), there, signed))


def size_of(contents: Contents) -> int:
    """How many bytes would be bound."""
    return sum(contents.files[number].size for entry in contents.entries for number in _ids(entry))


def _ids(entry: Entry) -> tuple[int, ...]:
    return (*entry.attachment_ids, *entry.signed_ids)


def check(actor: Actor, *, is_internal: bool) -> None:
    """Raises Forbidden for those who make no papers, for the internal file without the permission for notes."""
    if not policy.may_make(actor) or (is_internal and not granted(actor, P.CASE_NOTE)):
        raise Forbidden()


def make(
    actor: Actor,
    *,
    case: Case,
    is_internal: bool = False,
    remark: str = "",
    told: Told = lambda done, total: None,
) -> CaseFile:
    """Make the open file of a case that was loaded through the actor's scope, or its internal one with the notes.

    ``told`` hears how far it is; it may commit, and may raise to break off. Raises Forbidden for those who make no papers, for the internal file without the permission for notes; DomainError
    when the files together are too large. The look is recorded with the SHA-256 of what was given out.
    """
    check(actor, is_internal=is_internal)
    contents = contents_of(case, is_internal=is_internal)
    if size_of(contents) > MOST_BYTES:
        raise DomainError(_("材料合计超过 400 MB，不能一次装订：请先把大的扫描件缩小"))
    maker = _Maker(actor, case, contents, is_internal, remark, told)
    content = maker.bound()
    kind = "副卷" if is_internal else "正卷"
    record(
        actor,
        AuditEvent.CASE_FILE_MADE,
        subject=("case_file", case.id),
        case_id=case.id,
        part="internal" if is_internal else "open",
        pages=maker.pages,
        sha256=hashlib.sha256(content).hexdigest(),
    )
    return CaseFile(f"{case.case_no or case.number} {kind}.pdf", content, maker.pages, contents.lacks)


class _Maker:
    """One file in the making."""

    def __init__(
        self, actor: Actor, case: Case, contents: Contents, is_internal: bool, remark: str, told: Told
    ) -> None:
        self.actor, self.case, self.contents, self.told = actor, case, contents, told
        self.is_internal, self.remark = is_internal, remark
        self.facts = casefacts.facts_of(case)
        self.fonts = fonts.load(Path(current_app.config["INSTANCE"]) / "fonts")
        self.pages = self.steps = 0
        self.attached: list[tuple[str, bytes]] = []

    def bound(self) -> bytes:
        """The bytes of the whole file."""
        title = f"{self.facts.case_no or self.facts.number} {'副卷' if self.is_internal else '调解卷宗'}"
        # The catalogue stands first and names pages, so what is bound is made before it.
        bodies = []
        for entry in self.contents.entries:
            self._step()
            bodies.append(self._body(entry))
        if self.is_internal:
            bodies += self._notes()
        placed = list(self._placed(bodies))
        return bind(self._parts(bodies, placed), self.attached, title, self.fonts)

    def _step(self) -> None:
        """Each entry is read once and bound once."""
        self.told(self.steps, 2 * len(self.contents.entries) + 1)
        self.steps += 1

    def _placed(self, bodies: Iterable[tuple[Entry, list[bytes]]]) -> Iterator[sheets.Placed]:
        for entry, contents in bodies:
            count = sum(page_count(one) for one in contents)
            yield entry, self.pages + 1, self.pages + count
            self.pages += count

    def _parts(self, bodies: Sequence[tuple[Entry, list[bytes]]], placed: Sequence[sheets.Placed]) -> Iterator[Part]:
        titles = {code: registry.get(code).spec.title_for(self.facts) for code in registry.TITLES}
        if not self.is_internal:
            yield Part("封面", self._sheet(cover(self.facts)), is_numbered=False)
        yield Part("卷内目录", self._sheet(sheets.catalogue(placed)), is_numbered=False)
        for entry, contents in bodies:
            self._step()
            for number, content in enumerate(contents):
                yield Part(entry.title if not number else f"{entry.title}（续）", content)
        if self.is_internal:
            return
        lacks = self.contents.lacks
        yield Part("缺少的材料", self._sheet(sheets.lacking(lacks, titles)), is_numbered=False)
        remarks = sheets.remarks(self.facts, lacks, titles, self.pages, self.remark)
        yield Part("备考表", self._sheet(remarks), is_numbered=False)
        yield Part("封底", self._sheet(back_cover(self.facts)), is_numbered=False)

    def _body(self, entry: Entry) -> tuple[Entry, list[bytes]]:
        """The sheets of an entry. A signed original takes the place of the paper; one of fewer sheets (the last page
        alone, photographed) stands behind it, so that no page is lost.
        """
        sheets_ = [self._printable(self.contents.files[number]) for number in entry.attachment_ids]
        signed = [self._printable(self.contents.files[number]) for number in entry.signed_ids]
        if not signed:
            return entry, sheets_
        is_whole = sum(map(page_count, signed)) >= sum(map(page_count, sheets_))
        words = SIGNED if is_whole else SIGNED_BEHIND
        told = replace(entry, note="　".join(filter(None, (entry.note, words))))
        return told, signed if is_whole else [*sheets_, *signed]

    def _printable(self, file: Attachment) -> bytes:
        content = attachments.read(file)
        try:
            return as_pdf(content, file.media_type)
        except Unprintable:
            self.attached.append((f"{file.id} {file.filename}", content))
            return self._sheet(sheets.stand_in(file.filename, suffix_of(file.filename)))

    def _notes(self) -> list[tuple[Entry, list[bytes]]]:
        notes = cases.notes_for(self.actor, self.case)
        if not notes:
            return []
        names = dict(
            db.session.execute(select(User.id, User.name).where(User.id.in_({one.author_id for one in notes}))).all()
        )
        told = [(moment(one.created_at), names.get(one.author_id, ""), one.body) for one in notes]
        return [(Entry("", "工作记录", ()), [self._sheet(sheets.notes_sheet(told))])]

    def _sheet(self, blocks: Iterable[Block]) -> bytes:
        layout = Layout(title=self.facts.case_no or self.facts.number, page_numbers=PageNumbers.NONE)
        return to_pdf(list(blocks), layout, self.fonts)


def _of_document(document: Document, files: dict[int, Attachment]) -> Entry:
    """A paper with its signed originals; of one with the electronic seal the sealed file."""
    mine = [
        one
        for one in files.values()
        if one.kind == "signed_scan" and one.form_code == document.code and one.note == document.number
    ]
    copies = [one for one in mine if one.filename == filename_of(document)]
    scans = tuple(one.id for one in mine if one not in copies[:-1])  # the last copy holds all signatures
    note = document.number if document.number and not document.number.startswith("20") else ""
    paper = document.sealed_attachment_id or document.attachment_id
    return Entry(document.code, document.title, (paper,), note, document.issued_on, scans)


def _of_loose_originals(documents: Sequence[Document], files: Iterable[Attachment]) -> Iterator[Entry]:
    """Signed originals that are no copy of a paper made here: the receipts of its service, an authority brought along."""
    known = {(one.code, one.number) for one in documents}
    served = {one.number: one for one in documents}
    for file in files:
        if file.kind != "signed_scan" or file.is_internal or (file.form_code, file.note) in known:
            continue
        of = served.get(file.note or "") if file.form_code == "D17" else None
        if of is None or of.status == "issued":
            title = f"{registry.TITLES['D17']}（{of.title}）" if of else file.note or file.filename
            yield Entry(file.form_code or "", title, (file.id,), of.number if of else SIGNED)


def _of_file(file: Attachment) -> Entry:
    return Entry("", file.note or file.filename, (file.id,), "履行凭据" if file.kind == "proof" else "证据")


def _is_evidence(file: Attachment) -> bool:
    return file.kind in HANDED_IN and not file.is_internal


def _course(case: Case) -> Course:
    happened = set(db.session.scalars(select(CaseEvent.event).where(CaseEvent.case_id == case.id)))

    def count(model, *conditions) -> int:
        return db.session.scalar(select(func.count()).where(model.case_id == case.id, *conditions)) or 0

    oral = count(Agreement, Agreement.status == "effective", Agreement.form == "oral")
    return Course(
        is_accepted=case.accepted_on is not None,
        is_refused=Event.NOT_ACCEPTED.value in happened,
        was_extended=Event.EXTENDED.value in happened,
        sessions_held=count(MediationSession, MediationSession.status == "held"),
        outcome="oral" if oral else case.outcome or "",
        payments=count(Payment),
        visits=count(FollowUp),
        is_collective=case.is_collective,
        represented=bool(count(Representative, Representative.kind == "agent")),
        referred=Event.REFERRED.value in happened,
    )


__all__ = ["MOST_BYTES", "CaseFile", "Contents", "contents_of", "make"]
