"""``mediation import``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mediation.cli.context import acting, as_json, committee_option, with_app
from mediation.core.db import transaction
from mediation.core.errors import DomainError
from mediation.ledger import service
from mediation.ledger.rows import Issue


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--json", "json_", is_flag=True, help="Print JSON.")
@committee_option
@with_app
def import_command(file: Path, dry_run: bool, json_: bool, committee: str | None) -> None:
    """Import a ledger (xlsx, xls, xlsb, ods, csv).

    Valid rows become cases in one transaction; rows with errors are reported and left out; rows that are cases already
    create nothing. Exit code 0 even when some rows have errors, 1 when the file cannot be read, or when rows have
    errors and none could be imported or was there already.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise DomainError(f"{file}: {error.strerror}") from error
    if dry_run:
        result = service.import_ledger(acting(committee), data=data, filename=file.name, dry_run=True)
    else:
        with transaction():
            result = service.import_ledger(acting(committee), data=data, filename=file.name)
    if json_:
        as_json(
            {
                "rows": result.rows,
                "imported": result.imported,
                "duplicates": result.duplicates,
                "errors": [_plain(issue) for issue in result.errors],
                "warnings": [_plain(issue) for issue in result.warnings],
            }
        )
    else:
        _print(result, dry_run=dry_run)
    if result.errors and not result.imported and not result.duplicates:
        raise click.exceptions.Exit(1)


def _plain(issue: Issue) -> dict[str, Any]:
    return {
        "sheet": issue.sheet,
        "row": issue.row,
        "column": issue.column,
        "value": issue.value,
        "message": issue.message,
    }


def _print(result: service.ImportResult, *, dry_run: bool) -> None:
    verb = "可导入" if dry_run else "已导入"
    click.echo(f"共 {result.rows} 行：{verb} {result.imported} 件，重复 {result.duplicates} 行。")
    for label, issues in (("未导入，须补正：", result.errors), ("请核对：", result.warnings)):
        if issues:
            click.echo(label)
        for issue in issues:
            place = f"  {issue.sheet}!{issue.column or ''}{issue.row}"
            value = service.shown_value(issue)
            click.echo(f"{place}\t{issue.message}" + (f"\t{value}" if value else ""))
