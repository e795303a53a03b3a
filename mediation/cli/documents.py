"""``mediation documents``: the issued papers, and a paper of a case as PDF."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import click

from mediation.cases import queries as case_queries
from mediation.cli.context import acting, as_json, committee_option, with_app
from mediation.cli.proof import install_seal_key, make_new_key, print_keys, verify_papers
from mediation.core.db import transaction
from mediation.core.errors import DomainError, NotFound
from mediation.documents import queries, registry, service
from mediation.documents.models import Document


@click.group("documents")
def documents_command() -> None:
    """Papers of cases."""


documents_command.add_command(verify_papers)
documents_command.add_command(print_keys)
documents_command.add_command(make_new_key)
documents_command.add_command(install_seal_key)


@documents_command.command("list")
@click.argument("number", required=False)
@click.option("--json", "json_", is_flag=True, help="Print JSON; each paper is checked against its digests.")
@committee_option
@with_app
def list_documents(number: str | None, json_: bool, committee: str | None) -> None:
    """The issued papers of case NUMBER, or of all cases, oldest first; void ones with their reason."""
    actor = acting(committee)
    case = case_queries.get_for(actor, number) if number else None
    if json_:
        as_json([_as_dict(document, of) for document, of in queries.list_for(actor, case)])
        return
    for document, of in queries.list_for(actor, case):
        ending = f"  作废：{document.void_reason}" if document.status == queries.VOID else ""
        click.echo(
            f"{of}  {document.code}  {document.number}  {document.issued_on}  {document.sha256[:12]}  "
            f"{document.title}{ending}"
        )


def _as_dict(document: Document, case_number: str) -> dict[str, Any]:
    problems = service.verify(document)
    return {
        "case": case_number,
        "code": document.code,
        "title": document.title,
        "subject": document.subject,
        "number": document.number,
        "status": document.status,
        "issued_on": document.issued_on,
        "served_on": document.served_on,
        "void_reason": document.void_reason,
        "form_version": document.form_version,
        "sha256": document.sha256,
        "facts_sha256": document.facts_digest,
        "intact": not problems,
        "problems": problems,
    }


@documents_command.command("make")
@click.argument("number")
@click.argument("code")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="The PDF.")
@click.option("--session", "session", type=int, help="The meeting of a record (D11); the last one held if not said.")
@click.option("--of", help="What it is made of where a case has several: a party, a payment; see `list`.")
@click.option("--set", "typed", multiple=True, metavar="KEY=TEXT", help="What the form itself asks for, one by one.")
@click.option("--draft", is_flag=True, help="Write a marked draft: blanks for what is missing, nothing is issued.")
@committee_option
@with_app
def make(
    number: str,
    code: str,
    output: Path,
    session: int | None,
    of: str | None,
    typed: tuple[str, ...],
    draft: bool,
    committee: str | None,
) -> None:
    """Write paper CODE (D13) of case NUMBER: the issued one as stored, else it is issued now.

    Exit code 1 with everything that is missing where it cannot be issued yet.
    """
    code = code.upper()
    if code not in registry.codes():
        raise DomainError(f"no form {code}; there are {', '.join(spec.code for spec in registry.all_specs())}")
    subject = str(session) if session is not None else of
    with _whole_file(output) as file:
        file.write(_content(number, code, subject, _typed(typed), draft, committee))


def _typed(pairs: tuple[str, ...]) -> dict[str, str]:
    """KEY=TEXT pairs; a day as 2026-03-20, a sum as fen. Raises DomainError."""
    if any("=" not in pair for pair in pairs):
        raise DomainError("--set takes KEY=TEXT")
    return {key: text for key, _equals, text in (pair.partition("=") for pair in pairs)}


def _content(
    number: str, code: str, subject: str | None, typed: dict[str, str], draft: bool, committee: str | None
) -> bytes:
    actor = acting(committee)
    with transaction():
        try:
            case = case_queries.get_for(actor, number)
            if draft:
                return service.preview(actor, case=case, code=code, subject=subject, typed=typed)
            document = service.current_or_issue(actor, case=case, code=code, subject=subject, typed=typed)
            return service.read(actor, document)
        except NotFound as error:
            raise DomainError(f"no such case or meeting: {number} {subject or ''}".strip()) from error


@contextmanager
def _whole_file(path: Path) -> Iterator[BinaryIO]:
    """The file at ``path`` is the new one, whole, or what it was before.

    It is opened first, so that a place that cannot be written takes no number. Only its owner may read it: papers
    hold personal data. Raises DomainError.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise DomainError(f"cannot write {path}: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
