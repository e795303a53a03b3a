"""``mediation documents verify``, ``keys``, ``new-key``: proof of papers, and the keys that sign them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from mediation.cli.context import as_json, with_app
from mediation.committees.models import Committee
from mediation.core.db import db
from mediation.core.errors import DomainError
from mediation.core.money import yuan
from mediation.documents import queries, sealing
from mediation.documents.proof import codes, reading
from mediation.documents.proof.keys import paper_keys, rotate
from mediation.recommendations import queries as recommendations
from mediation.reports import queries as reports

WORDS = {
    "form": "没有完整的核验码",
    "key": "不是公布的密钥签名的",
    "signature": "签名无效：内容被改动过",
}


@click.command("verify")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--keys", "keys_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Published keys."
)
@click.option("--json", "json_", is_flag=True, help="Print JSON.")
@with_app
def verify_papers(files: tuple[Path, ...], keys_file: Path | None, json_: bool) -> None:
    """Check the code of each FILE: a PDF, a photo of the sheet, or a scanner's text.

    Uses the keys of this installation, or those in --keys (the file that /verify/keys.json gives). Exit code 1 when one
    does not hold. A PDF is also compared with the one that was issued, where its number is known here.
    """
    published = _published(keys_file)
    results = [_checked(path, published) for path in files]
    if json_:
        as_json(results)
    else:
        for result in results:
            _print(result)
    if any(not result["valid"] for result in results):
        raise click.exceptions.Exit(1)


def _published(keys_file: Path | None) -> dict[str, bytes]:
    if keys_file is None:
        return dict(paper_keys().published)
    try:
        return {key: bytes.fromhex(public) for key, public in json.loads(keys_file.read_text("utf-8")).items()}
    except (ValueError, AttributeError) as error:
        raise DomainError(f"{keys_file} is not a file of published keys") from error


def _checked(path: Path, published: dict[str, bytes]) -> dict[str, Any]:
    content = path.read_bytes()
    found = reading.codes_in(content)
    result: dict[str, Any] = {"file": str(path), "sha256": hashlib.sha256(content).hexdigest(), "valid": False}
    if not found:
        return result | {"problem": WORDS["form"]}
    try:
        proof = codes.check(found[0], published)
    except codes.BadCode as error:
        return result | {"problem": WORDS[error.reason]}
    return result | {
        "valid": True,
        "key": proof.key_id,
        "claims": proof.claims,
        "same_file": _is_issued(found[0], result["sha256"]),
    }


def _is_issued(proof_code: str, sha256: str) -> bool | None:
    """Whether a file is the one issued here: a paper of a case, a recommendation, a month or a part; None for none."""
    for kind in (queries, recommendations, reports):
        found = kind.is_issued_file(proof_code, sha256)
        if found is not None:
            return found
    return None


def _print(result: dict[str, Any]) -> None:
    if not result["valid"]:
        click.echo(f"{result['file']}: {result['problem']}")
        return
    claims = result["claims"]
    click.echo(f"{result['file']}: 签名有效（{result['key']}），请与纸面逐项核对：")
    click.echo(f"  {claims['t']}　{claims['n']}　{claims['d']}　{claims['b']}　{claims['c']}")
    for side, name in claims.get("p", []):
        click.echo(f"  {side}　{name}")
    for what, fen in claims.get("s", []):
        click.echo(f"  {what}　{yuan(fen)} 元")
    for what, day in claims.get("y", []):
        click.echo(f"  {what}　{day}")
    click.echo(
        {True: "  文件与存档相同", False: "  文件与存档不同", None: "  本机没有这份文书的存档"}[result["same_file"]]
    )


@click.command("seal-key")
@click.option("--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A PKCS#12 file.")
@click.option("--passphrase", prompt=False, help="Its passphrase; asked for when not given.")
@click.option("--test", "test", is_flag=True, help="Make a self-signed key for trying out.")
@with_app
def install_seal_key(file: Path | None, passphrase: str | None, test: bool) -> None:
    """Install the key of the committee's electronic seal: --file from a certificate authority, or --test."""
    if test:
        sealing.install_test_key(db.session.scalars(select(Committee.name).order_by(Committee.id)).first() or "")
        click.echo("a self-signed test key is installed; receivers will call its issuer unknown")
        return
    if file is None:
        raise DomainError("say --file FILE.p12, or --test")
    if passphrase is None:
        passphrase = click.prompt("Passphrase", hide_input=True, default="", show_default=False)
    sealing.install(file.read_bytes(), passphrase)
    click.echo("installed")


@click.command("keys")
@with_app
def print_keys() -> None:
    """Print the published keys as JSON: key id → public key in hexadecimal."""
    click.echo(json.dumps({key: public.hex() for key, public in paper_keys().published.items()}, indent=1))


@click.command("new-key")
@with_app
def make_new_key() -> None:
    """Make a new key for signing papers. Papers signed before still verify: their key stays published."""
    click.echo(rotate())
