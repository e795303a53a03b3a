"""One case, one rule: figures per month, signals, recommendations, reports per company, offers, invitations, second factor."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


# Which months' figures a change touches, told alike on both engines. Per trigger: its name, the table, the act, the
# columns of an update that matter, the row that says whose committee it is, and the days it counts by. A month may be
# noted more than once; that costs room and never a figure.
_RECEIVED = ("received_on", "claimed_fen", "is_collective", "headcount")
_SETTLED = ("settled_on", "outcome", "effective_on", "agreed_fen", "paid_fen", "received_on")
_PLACED = (
    "track", "relationship", "category_code", "station_id", "main_company_id", "level1_id", "level2_id", "level3_id",
)  # fmt: skip
_ACTS = (
    "SELECT paid_on FROM payment WHERE case_id = NEW.id",
    "SELECT due_on FROM instalment WHERE case_id = NEW.id",
    "SELECT applied_on FROM enforcement_step WHERE case_id = NEW.id",
    "SELECT happened_on FROM case_event WHERE case_id = NEW.id AND event = 'answered'",
)
_WHOLE_CASE = ("SELECT {0}.received_on", "SELECT {0}.settled_on", "SELECT {0}.closed_on")
# Besides the day of an answer: an answer that is no longer the first, or whose case was told of earlier than thought.
_EVENT = (
    "SELECT {0}.happened_on WHERE {0}.event = 'answered'",
    "SELECT happened_on FROM case_event"
    " WHERE case_id = {0}.case_id AND event = 'answered' AND happened_on >= {0}.happened_on",
    "SELECT settled_on FROM case_file WHERE id = {0}.case_id AND {0}.event IN ('paused', 'reopened')",
)
_PAID = ("SELECT {0}.paid_on", "SELECT due_on FROM instalment WHERE id = {0}.instalment_id")
_SPELL = ("SELECT settled_on FROM case_file WHERE id = {0}.case_id",)
_STANDING = ("SELECT due_on FROM instalment WHERE agreement_id = NEW.id",)


def _triggers() -> list[tuple[str, str, str, tuple[str, ...], str, tuple[str, ...]]]:
    def both(days: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(day.format(row) for row in ("OLD", "NEW") for day in days)

    found = [
        ("case_received", "case_file", "UPDATE", _RECEIVED, "NEW", both(("SELECT {0}.received_on",))),
        ("case_settled", "case_file", "UPDATE", _SETTLED, "NEW", both(("SELECT {0}.settled_on",))),
        ("case_closed", "case_file", "UPDATE", ("closed_on",), "NEW", both(("SELECT {0}.closed_on",))),
        ("case_placed", "case_file", "UPDATE", _PLACED, "NEW", (*both(_WHOLE_CASE), *_ACTS)),
        ("agreement_update", "agreement", "UPDATE", ("status",), "NEW", _STANDING),
    ]
    for table, columns, days in (
        ("case_file", None, _WHOLE_CASE),
        ("payment", ("case_id", "instalment_id", "paid_on", "amount_fen"), _PAID),
        ("instalment", ("case_id", "agreement_id", "due_on", "amount_fen", "status"), ("SELECT {0}.due_on",)),
        ("enforcement_step", ("case_id", "applied_on"), ("SELECT {0}.applied_on",)),
        ("case_event", ("case_id", "event", "happened_on", "to_state"), _EVENT),
        ("case_spell", ("case_id", "to_on", "outcome", "gross_days", "net_days"), _SPELL),
    ):
        for act, row in (("INSERT", "NEW"), ("DELETE", "OLD")):
            found.append((f"{table}_{act.lower()}", table, act, (), row, tuple(day.format(row) for day in days)))
        if columns:
            found.append((f"{table}_update", table, "UPDATE", columns, "NEW", both(days)))
    return found


def _union(days: tuple[str, ...]) -> str:
    """Selects of one day each as one table with the column ``day``."""
    return "SELECT NULL AS day WHERE 1 = 0 UNION " + " UNION ".join(days)


def _create_triggers() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    month = "substr(day, 1, 7)" if is_sqlite else "to_char(day, 'YYYY-MM')"
    differs = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    for name, table, act, columns, row, days in _triggers():
        changed = [f"OLD.{column} {differs} NEW.{column}" for column in columns]
        if name == "case_placed":  # from here on the company may see it
            changed.append("(OLD.state = 'received') <> (NEW.state = 'received')")
        when = f"WHEN ({' OR '.join(changed)})" if changed else ""
        insert = f"""
            INSERT INTO figure_change (committee_id, month)
            SELECT DISTINCT {row}.committee_id, {month} FROM ({_union(days)}) AS d
            WHERE day IS NOT NULL"""  # noqa: S608  (our own constants)
        if is_sqlite:
            # Whoever makes a month's sums holds the only lock there is, so a note that stands is not yet read.
            insert += f""" AND NOT EXISTS (SELECT 1 FROM figure_change AS known
                WHERE known.committee_id = {row}.committee_id AND known.month = {month})"""  # noqa: S608
            op.execute(f"CREATE TRIGGER figure_{name} AFTER {act} ON {table} FOR EACH ROW {when} BEGIN {insert}; END")
            continue
        op.execute(
            f"CREATE FUNCTION figure_{name}() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN {insert}; RETURN NULL; END $$"
        )
        op.execute(
            f"CREATE TRIGGER figure_{name} AFTER {act} ON {table} FOR EACH ROW {when} EXECUTE FUNCTION figure_{name}()"
        )


def _drop_triggers() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table, *_rest in _triggers():
        op.execute(f"DROP TRIGGER figure_{name}" if is_sqlite else f"DROP TRIGGER figure_{name} ON {table}")
        if not is_sqlite:
            op.execute(f"DROP FUNCTION figure_{name}()")


def upgrade() -> None:
    # ### commands auto generated by Alembic - please adjust! ###
    op.create_table(
        "figure_change",
        sa.Column("committee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_change")),
    )
    with op.batch_alter_table("figure_change", schema=None) as batch_op:
        batch_op.create_index("ix_figure_change", ["committee_id", "month"], unique=False)

    op.create_table(
        "figure_made",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("committee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_figure_made_committee_id_committee")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_made")),
    )
    with op.batch_alter_table("figure_made", schema=None) as batch_op:
        batch_op.create_index("uq_figure_made", ["committee_id", "month"], unique=True)

    op.create_table(
        "figure_month",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("node", sa.BigInteger(), nullable=False),
        sa.Column("dimension", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("is_told", sa.Boolean(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("consultations", sa.Integer(), nullable=False),
        sa.Column("collective", sa.Integer(), nullable=False),
        sa.Column("workers", sa.Integer(), nullable=False),
        sa.Column("claimed_fen", sa.BigInteger(), nullable=False),
        sa.Column("concluded", sa.Integer(), nullable=False),
        sa.Column("settled", sa.Integer(), nullable=False),
        sa.Column("agreed_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("closed", sa.Integer(), nullable=False),
        sa.Column("received_fen", sa.BigInteger(), nullable=False),
        sa.Column("due_count", sa.Integer(), nullable=False),
        sa.Column("due_fen", sa.BigInteger(), nullable=False),
        sa.Column("on_time_count", sa.Integer(), nullable=False),
        sa.Column("on_time_fen", sa.BigInteger(), nullable=False),
        sa.Column("enforced", sa.Integer(), nullable=False),
        sa.Column("outcomes", sa.Text(), nullable=False),
        sa.Column("days", sa.Text(), nullable=False),
        sa.Column("paused", sa.Text(), nullable=False),
        sa.Column("answer_days", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("committee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_figure_month_committee_id_committee")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_month")),
    )
    with op.batch_alter_table("figure_month", schema=None) as batch_op:
        batch_op.create_index("ix_figure_month_month", ["committee_id", "month"], unique=False)
        batch_op.create_index(
            "uq_figure_month", ["committee_id", "dimension", "node", "month", "key", "is_told"], unique=True
        )

    op.create_table(
        "company_headcount",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("couriers", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("recorded_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_company_headcount_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_company_headcount_company_id_company")),
        sa.ForeignKeyConstraint(
            ["recorded_by"], ["user_account.id"], name=op.f("fk_company_headcount_recorded_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_headcount")),
    )
    with op.batch_alter_table("company_headcount", schema=None) as batch_op:
        batch_op.create_index("uq_company_headcount", ["company_id", "from_on"], unique=True)

    op.create_table(
        "invitation",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("station_ids", sa.JSON(), nullable=False),
        sa.Column("company_ids", sa.JSON(), nullable=False),
        sa.Column("office_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_invitation_committee_id_committee")),
        sa.ForeignKeyConstraint(
            ["invited_by"], ["user_account.id"], name=op.f("fk_invitation_invited_by_user_account")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_invitation_office_id_office")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_invitation_user_id_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_invitation_token_digest")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index("ix_invitation_committee", ["committee_id", "id"], unique=False)

    op.create_table(
        "report_recipient",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("added_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by"], ["user_account.id"], name=op.f("fk_report_recipient_added_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_report_recipient_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_report_recipient_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_recipient")),
    )
    with op.batch_alter_table("report_recipient", schema=None) as batch_op:
        batch_op.create_index("ix_report_recipient_committee", ["committee_id", "removed_at"], unique=False)

    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("recovery", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_second_factor_user_id_user_account")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "signal",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("case_ids", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("handled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_signal_committee_id_committee")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_signal_company_id_company")),
        sa.ForeignKeyConstraint(["handled_by"], ["user_account.id"], name=op.f("fk_signal_handled_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
    )
    with op.batch_alter_table("signal", schema=None) as batch_op:
        batch_op.create_index("ix_signal_company", ["company_id", "id"], unique=False)
        batch_op.create_index("ix_signal_status", ["committee_id", "status", "id"], unique=False)
        batch_op.create_index("uq_signal", ["committee_id", "key"], unique=True)

    op.create_table(
        "recommendation",
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.Column("signal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("drafted_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reviewed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("number", sa.String(length=60), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=True),
        sa.Column("attachment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("sealed_attachment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sealed_sha256", sa.String(length=64), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("sent_by_way", sa.String(length=20), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_recommendation_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_recommendation_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_recommendation_company_id_company")),
        sa.ForeignKeyConstraint(
            ["drafted_by"], ["user_account.id"], name=op.f("fk_recommendation_drafted_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["reviewed_by"], ["user_account.id"], name=op.f("fk_recommendation_reviewed_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["sealed_attachment_id"], ["attachment.id"], name=op.f("fk_recommendation_sealed_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(["signal_id"], ["signal.id"], name=op.f("fk_recommendation_signal_id_signal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation")),
    )
    with op.batch_alter_table("recommendation", schema=None) as batch_op:
        batch_op.create_index("ix_recommendation_company", ["company_id", "id"], unique=False)
        batch_op.create_index("ix_recommendation_status", ["committee_id", "status", "answer_by"], unique=False)
        batch_op.create_index("uq_recommendation_number", ["committee_id", "number"], unique=True)

    op.create_table(
        "company_report",
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("attachment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("committee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_company_report_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_company_report_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_company_report_company_id_company")),
        sa.ForeignKeyConstraint(
            ["report_id"], ["monthly_report.id"], name=op.f("fk_company_report_report_id_monthly_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_report")),
    )
    with op.batch_alter_table("company_report", schema=None) as batch_op:
        batch_op.create_index("ix_company_report_company", ["company_id", "id"], unique=False)
        batch_op.create_index("uq_company_report", ["report_id", "company_id"], unique=True)

    op.create_table(
        "offer",
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("claim_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("company_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("party_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("terms", sa.Text(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("is_separate", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("replies_to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("made_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("settled_on", sa.Date(), nullable=True),
        sa.Column("settled_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_offer_case_id_case_file")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_offer_claim_id_claim")),
        sa.ForeignKeyConstraint(["committee_id"], ["committee.id"], name=op.f("fk_offer_committee_id_committee")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_offer_company_id_company")),
        sa.ForeignKeyConstraint(["made_by"], ["user_account.id"], name=op.f("fk_offer_made_by_user_account")),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name=op.f("fk_offer_party_id_party")),
        sa.ForeignKeyConstraint(["replies_to_id"], ["offer.id"], name=op.f("fk_offer_replies_to_id_offer")),
        sa.ForeignKeyConstraint(["settled_by"], ["user_account.id"], name=op.f("fk_offer_settled_by_user_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index("ix_offer_case", ["case_id", "id"], unique=False)
        batch_op.create_index("ix_offer_open", ["committee_id", "status", "valid_until"], unique=False)

    op.create_table(
        "recommendation_case",
        sa.Column("recommendation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("case_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("committee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_recommendation_case_case_id_case_file")),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_recommendation_case_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendation.id"],
            name=op.f("fk_recommendation_case_recommendation_id_recommendation"),
        ),
        sa.PrimaryKeyConstraint("recommendation_id", "case_id", name=op.f("pk_recommendation_case")),
    )
    with op.batch_alter_table("recommendation_case", schema=None) as batch_op:
        batch_op.create_index("ix_recommendation_case_case", ["case_id"], unique=False)

    op.create_table(
        "recommendation_entry",
        sa.Column("recommendation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("actor_name", sa.String(length=60), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user_account.id"], name=op.f("fk_recommendation_entry_actor_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_recommendation_entry_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendation.id"],
            name=op.f("fk_recommendation_entry_recommendation_id_recommendation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation_entry")),
    )
    with op.batch_alter_table("recommendation_entry", schema=None) as batch_op:
        batch_op.create_index("ix_recommendation_entry", ["recommendation_id", "id"], unique=False)

    op.create_table(
        "recommendation_file",
        sa.Column("recommendation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attachment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["attachment_id"], ["attachment.id"], name=op.f("fk_recommendation_file_attachment_id_attachment")
        ),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_recommendation_file_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["recommendation_entry.id"], name=op.f("fk_recommendation_file_entry_id_recommendation_entry")
        ),
        sa.ForeignKeyConstraint(
            ["recommendation_id"],
            ["recommendation.id"],
            name=op.f("fk_recommendation_file_recommendation_id_recommendation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recommendation_file")),
    )
    with op.batch_alter_table("recommendation_file", schema=None) as batch_op:
        batch_op.create_index("ix_recommendation_file", ["recommendation_id", "entry_id"], unique=False)

    op.create_table(
        "report_delivery",
        sa.Column("report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("company_report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("recipient_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_by", sa.String(length=80), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=300), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committee_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_report_delivery_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(
            ["company_report_id"],
            ["company_report.id"],
            name=op.f("fk_report_delivery_company_report_id_company_report"),
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["report_recipient.id"], name=op.f("fk_report_delivery_recipient_id_report_recipient")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["monthly_report.id"], name=op.f("fk_report_delivery_report_id_monthly_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_delivery")),
    )
    with op.batch_alter_table("report_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_report_delivery_due", ["status", "next_at"], unique=False)
        batch_op.create_index("uq_report_delivery", ["report_id", "recipient_id"], unique=True)

    with op.batch_alter_table("monthly_report", schema=None) as batch_op:
        batch_op.add_column(sa.Column("differences", sa.JSON(), server_default="[]", nullable=False))

    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.add_column(sa.Column("page", sa.String(length=12), server_default="cases", nullable=False))
        batch_op.drop_index(batch_op.f("uq_saved_view_name"))
        batch_op.create_index("uq_saved_view_name", ["user_id", "page", "name"], unique=True)

    # ### end Alembic commands ###
    op.create_index("ix_enforcement_step_day", "enforcement_step", ["committee_id", "applied_on"])
    _create_triggers()


def downgrade() -> None:
    _drop_triggers()
    op.drop_index("ix_enforcement_step_day", "enforcement_step")
    # ### commands auto generated by Alembic - please adjust! ###
    with op.batch_alter_table("report_delivery", schema=None) as batch_op:
        batch_op.drop_index("uq_report_delivery")
        batch_op.drop_index("ix_report_delivery_due")

    op.drop_table("report_delivery")
    with op.batch_alter_table("recommendation_file", schema=None) as batch_op:
        batch_op.drop_index("ix_recommendation_file")

    op.drop_table("recommendation_file")
    with op.batch_alter_table("recommendation_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_recommendation_entry")

    op.drop_table("recommendation_entry")
    with op.batch_alter_table("recommendation_case", schema=None) as batch_op:
        batch_op.drop_index("ix_recommendation_case_case")

    op.drop_table("recommendation_case")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index("ix_offer_open")
        batch_op.drop_index("ix_offer_case")

    op.drop_table("offer")
    with op.batch_alter_table("company_report", schema=None) as batch_op:
        batch_op.drop_index("uq_company_report")
        batch_op.drop_index("ix_company_report_company")

    op.drop_table("company_report")
    with op.batch_alter_table("recommendation", schema=None) as batch_op:
        batch_op.drop_index("uq_recommendation_number")
        batch_op.drop_index("ix_recommendation_status")
        batch_op.drop_index("ix_recommendation_company")

    op.drop_table("recommendation")
    with op.batch_alter_table("signal", schema=None) as batch_op:
        batch_op.drop_index("uq_signal")
        batch_op.drop_index("ix_signal_status")
        batch_op.drop_index("ix_signal_company")

    op.drop_table("signal")
    op.drop_table("second_factor")
    with op.batch_alter_table("report_recipient", schema=None) as batch_op:
        batch_op.drop_index("ix_report_recipient_committee")

    op.drop_table("report_recipient")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index("ix_invitation_committee")

    op.drop_table("invitation")
    with op.batch_alter_table("company_headcount", schema=None) as batch_op:
        batch_op.drop_index("uq_company_headcount")

    op.drop_table("company_headcount")
    with op.batch_alter_table("figure_month", schema=None) as batch_op:
        batch_op.drop_index("uq_figure_month")
        batch_op.drop_index("ix_figure_month_month")

    op.drop_table("figure_month")
    with op.batch_alter_table("figure_made", schema=None) as batch_op:
        batch_op.drop_index("uq_figure_made")

    op.drop_table("figure_made")
    with op.batch_alter_table("figure_change", schema=None) as batch_op:
        batch_op.drop_index("ix_figure_change")

    op.drop_table("figure_change")
    # Views of another page than the list would show up in it.
    op.execute("DELETE FROM saved_view WHERE page <> 'cases'")
    with op.batch_alter_table("saved_view", schema=None) as batch_op:
        batch_op.drop_index("uq_saved_view_name")
        batch_op.create_index(batch_op.f("uq_saved_view_name"), ["user_id", "name"], unique=1)
        batch_op.drop_column("page")

    with op.batch_alter_table("monthly_report", schema=None) as batch_op:
        batch_op.drop_column("differences")
    # ### end Alembic commands ###
