"""What figures read stands in their indexes: the state, which says what a company may see, and the sums of its money."""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_GROUPS = ("level1_id", "track", "category_code", "station_id", "level2_id", "level3_id")
_SETTLED = ("outcome", "received_on", "effective_on", "agreed_fen", "paid_fen", "settled_in_part")
# Each index of its table: the columns before, and what follows them from now on.
_WIDER = {
    ("case_file", "ix_case_file_counted_received"): (
        ("committee_id", "received_on", *_GROUPS, "claimed_fen", "headcount", "is_collective"),
        ("state",),
    ),
    ("case_file", "ix_case_file_counted_settled"): (("committee_id", "settled_on", *_GROUPS, *_SETTLED), ("state",)),
    ("case_file", "ix_case_file_counted_closed"): (("committee_id", "closed_on", *_GROUPS, "received_on"), ("state",)),
    ("instalment", "ix_instalment_company"): (
        ("level1_id", "due_on"),
        ("committee_id", "status", "case_id", "agreement_id", "amount_fen"),
    ),
    ("payment", "ix_payment_company"): (("level1_id", "paid_on"), ("committee_id", "case_id", "amount_fen")),
    ("case_company", "ix_case_company_answered"): (
        ("committee_id", "answered_on", "level1_id"),
        ("case_id", "company_id"),
    ),
}


def upgrade() -> None:
    for (table, name), (columns, more) in _WIDER.items():
        op.drop_index(name, table)
        op.create_index(name, table, [*columns, *more])


def downgrade() -> None:
    for (table, name), (columns, _more) in _WIDER.items():
        op.drop_index(name, table)
        op.create_index(name, table, list(columns))
