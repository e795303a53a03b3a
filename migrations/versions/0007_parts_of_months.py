"""Parts of months beside whole ones, counted before the writing begins; agreements in part found by themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_NARROW, _WIDE = sa.String(length=7), sa.String(length=13)
_ROW = ["committee_id", "dimension", "node", "{}", "key", "is_told"]


def _indexes(column: str) -> None:
    op.create_index("uq_figure_made", "figure_made", ["committee_id", column], unique=True)
    op.create_index("uq_figure_month", "figure_month", [name.format(column) for name in _ROW], unique=True)
    op.create_index(f"ix_figure_month_{column}", "figure_month", ["committee_id", column])


def _drop_indexes(column: str) -> None:
    op.drop_index("uq_figure_made", "figure_made")
    op.drop_index("uq_figure_month", "figure_month")
    op.drop_index(f"ix_figure_month_{column}", "figure_month")


def upgrade() -> None:
    op.create_index(
        "ix_case_file_in_part",
        "case_file",
        ["committee_id", "outcome", "received_on", "id"],
        sqlite_where=sa.text("settled_in_part IS 1"),
        postgresql_where=sa.text("settled_in_part IS true"),
    )
    _drop_indexes("month")
    with op.batch_alter_table("figure_month") as table:
        table.alter_column("month", new_column_name="span", existing_type=_NARROW, type_=_WIDE, existing_nullable=False)
    with op.batch_alter_table("figure_made") as table:
        table.alter_column("month", new_column_name="span", existing_type=_NARROW, type_=_WIDE, existing_nullable=False)
        table.alter_column("made_at", existing_type=sa.DateTime(timezone=True), nullable=True)
        table.add_column(sa.Column("maker", sa.String(length=32), server_default="", nullable=False))
    _indexes("span")


def downgrade() -> None:
    op.drop_index("ix_case_file_in_part", "case_file")
    op.execute("DELETE FROM figure_month WHERE length(span) > 7")
    op.execute("DELETE FROM figure_made WHERE length(span) > 7 OR made_at IS NULL")
    _drop_indexes("span")
    with op.batch_alter_table("figure_made") as table:
        table.drop_column("maker")
        table.alter_column("made_at", existing_type=sa.DateTime(timezone=True), nullable=False)
        table.alter_column("span", new_column_name="month", existing_type=_WIDE, type_=_NARROW, existing_nullable=False)
    with op.batch_alter_table("figure_month") as table:
        table.alter_column("span", new_column_name="month", existing_type=_WIDE, type_=_NARROW, existing_nullable=False)
    _indexes("month")
