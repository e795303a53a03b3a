"""The committee's electronic seal: a PAdES signature over an issued PDF, with a key that the committee installs.

The sealed file is the issued one with the signature appended, so that its first bytes are still those that were issued.
The wet seal keeps its place on the paper; which of the two counts is for the receiving body (law.md 4.2).
"""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from flask import Response, current_app
from flask_babel import gettext as _

from mediation.attachments import service as attachments
from mediation.attachments.models import Attachment
from mediation.audit.events import AuditEvent
from mediation.audit.record import record
from mediation.core import clock
from mediation.core.actor import Actor
from mediation.core.db import db
from mediation.core.errors import Conflict, DomainError, NotFound
from mediation.core.instance import write_secret
from mediation.core.permissions import P, check
from mediation.documents import registry
from mediation.documents.models import Document

if TYPE_CHECKING:
    from pyhanko.sign.signers import SimpleSigner

KEY_FILE, PASSPHRASE_FILE = "seal.p12", "seal.pass"
FIELD = "CommitteeSeal"
_held: tuple[tuple[str, float], SimpleSigner] | None = None


def may_be_sealed(document: Document) -> bool:
    """Whether the form is one that the committee seals, and this paper waits for it."""
    return document.status == "issued" and document.sealed_at is None and registry.get(document.code).spec.sealed


def seal(actor: Actor, *, document: Document) -> Attachment:
    """Seal an issued paper of a case that was loaded through the actor's scope; the issued file stays beside it.

    Raises Forbidden, Conflict when it is void, sealed or a form without a seal, DomainError without a usable key.
    """
    check(actor, P.CASE_SEAL)
    if not may_be_sealed(document):
        raise Conflict(_("这份文书不能加盖电子印章：已作废、已盖章或者不需要盖章"))
    issued = db.session.get_one(Attachment, document.attachment_id)
    sealed = attachments.store(
        actor,
        committee_id=document.committee_id,
        case_id=document.case_id,
        kind="document",
        form_code=None,  # what the life cycle counts as issued is the first file
        filename=f"{document.title} {document.number}（电子印章）.pdf",
        content=seal_pdf(attachments.read(issued), reason=f"{document.title} {document.number}"),
        note=document.number,
    )
    document.sealed_attachment_id, document.sealed_sha256 = sealed.id, sealed.sha256
    document.sealed_at, document.sealed_by = clock.now(), actor.user_id
    db.session.flush()
    record(
        actor,
        AuditEvent.DOCUMENT_SEALED,
        subject=("document", document.id),
        case_id=document.case_id,
        code=document.code,
        number=document.number,
        sha256=sealed.sha256,
    )
    return sealed


def as_response(actor: Actor, document: Document) -> Response:
    """The sealed file as an answer to a request, checked and recorded. Raises NotFound where there is none."""
    if document.sealed_attachment_id is None:
        raise NotFound()
    kept = attachments.genuine(document.sealed_attachment_id, document.sealed_sha256)
    return attachments.as_response(actor, kept, inline=False)


def is_installed() -> bool:
    """Whether the committee has installed a key to seal with."""
    return _key_path().exists()


def seal_pdf(content: bytes, *, reason: str) -> bytes:
    """The PDF with the committee's signature appended (PAdES B-B, SHA-256).

    Raises DomainError where no key is installed or it cannot be opened.
    """
    # Loaded when something is sealed: the library takes a third of a second, and most processes never seal.
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import fields, signers

    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD, reason=reason, subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    signer, target = signers.PdfSigner(metadata, _signer()), BytesIO()
    # The library runs an event loop of its own, which a thread that has one already would refuse.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(signer.sign_pdf, IncrementalPdfFileWriter(BytesIO(content)), output=target).result()
    return target.getvalue()


def _signer() -> SimpleSigner:
    """The installed key, opened once per process and again when its file changes."""
    from pyhanko.sign.signers import SimpleSigner

    global _held
    path = _key_path()
    if not path.exists():
        raise DomainError(_("还没有安装电子印章的密钥，请联系管理员"))
    key = (str(path), path.stat().st_mtime)
    if _held is None or _held[0] != key:
        signer = SimpleSigner.load_pkcs12(str(path), passphrase=_passphrase())
        if signer is None:
            raise DomainError(_("电子印章的密钥打不开：口令不对，或者文件不是 PKCS#12"))
        _held = (key, signer)
    return _held[1]


def install(content: bytes, passphrase: str) -> None:
    """Keep a PKCS#12 file and its passphrase in the instance folder (0600). Raises DomainError when it cannot be opened."""
    from cryptography.hazmat.primitives.serialization import pkcs12

    try:
        key, certificate, _chain = pkcs12.load_key_and_certificates(content, passphrase.encode() or None)
    except ValueError as error:
        raise DomainError(_("电子印章的密钥打不开：口令不对，或者文件不是 PKCS#12")) from error
    if key is None or certificate is None:
        raise DomainError(_("文件里要有私钥和证书"))
    folder = Path(current_app.config["INSTANCE"])
    write_secret(folder / PASSPHRASE_FILE, passphrase.encode(), over=True)
    write_secret(folder / KEY_FILE, content, over=True)


def install_test_key(organisation: str) -> None:
    """Make and install a self-signed key for trying out; its certificate says that it is one."""
    from cryptography.hazmat.primitives.serialization import pkcs12

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, "TEST ONLY"),
        ]
    )
    now = clock.now()
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    passphrase = secrets.token_urlsafe(24)
    encryption = serialization.BestAvailableEncryption(passphrase.encode())
    install(pkcs12.serialize_key_and_certificates(b"seal", key, certificate, None, encryption), passphrase)


def _passphrase() -> bytes | None:
    given = current_app.config.get("SEAL_PASSPHRASE")
    path = Path(current_app.config["INSTANCE"]) / PASSPHRASE_FILE
    if given:
        return str(given).encode()
    return path.read_bytes() or None if path.exists() else None


def _key_path() -> Path:
    return Path(current_app.config.get("SEAL_KEY") or Path(current_app.config["INSTANCE"]) / KEY_FILE)
