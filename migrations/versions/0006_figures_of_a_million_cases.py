"""Figures of a million cases: sums that find a headquarters' rows, first answers per company, agreements in part, replies to meetings."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SUMS = ("settled_in_part", "collective_workers", "by_workers", "closed_agreed")
_SETTLED = ("settled_on", "outcome", "effective_on", "agreed_fen", "paid_fen", "received_on")
_PLACED = (
    "track", "relationship", "category_code", "station_id", "main_company_id", "level1_id", "level2_id", "level3_id",
)  # fmt: skip
_WHOLE_CASE = ("SELECT {0}.received_on", "SELECT {0}.settled_on", "SELECT {0}.closed_on")
_ACTS = (
    "SELECT paid_on FROM payment WHERE case_id = NEW.id",
    "SELECT due_on FROM instalment WHERE case_id = NEW.id",
    "SELECT applied_on FROM enforcement_step WHERE case_id = NEW.id",
    "SELECT {answered}",
)
# The day of a first answer: as the history tells it (before), as the company's row does (now).
_ANSWERED_BEFORE = "happened_on FROM case_event WHERE case_id = NEW.id AND event = 'answered'"
_ANSWERED = "answered_on FROM case_company WHERE case_id = NEW.id"
_MOVED = "SELECT settled_on FROM case_file WHERE id = {0}.case_id AND {0}.event IN ('paused', 'reopened')"
_EVENT_BEFORE = (
    "SELECT {0}.happened_on WHERE {0}.event = 'answered'",
    "SELECT happened_on FROM case_event"
    " WHERE case_id = {0}.case_id AND event = 'answered' AND happened_on >= {0}.happened_on",
    _MOVED,
)
# A case that was told of earlier than thought has another answer time.
_EVENT = (
    "SELECT answered_on FROM case_company WHERE case_id = {0}.case_id AND answered_on >= {0}.happened_on",
    _MOVED,
)
_PARTY = ("SELECT received_on FROM case_file WHERE id = {0}.case_id AND {0}.side = 'applicant'",)
_EVENT_COLUMNS = ("case_id", "event", "happened_on", "to_state")
Trigger = tuple[str, str, str, tuple[str, ...], str, tuple[str, ...]]


def _both(days: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(day.format(row) for row in ("OLD", "NEW") for day in days)


def _rows_of(table: str, columns: tuple[str, ...], days: tuple[str, ...]) -> list[Trigger]:
    return [
        (f"{table}_insert", table, "INSERT", (), "NEW", tuple(day.format("NEW") for day in days)),
        (f"{table}_delete", table, "DELETE", (), "OLD", tuple(day.format("OLD") for day in days)),
        (f"{table}_update", table, "UPDATE", columns, "NEW", _both(days)),
    ]


def _replaced(
    settled: tuple[str, ...], closed: tuple[str, ...], answered: str, event: tuple[str, ...]
) -> list[Trigger]:
    """The triggers of migration 0005 that read other columns now."""
    acts = tuple(day.format(answered=answered) for day in _ACTS)
    return [
        ("case_settled", "case_file", "UPDATE", settled, "NEW", _both(("SELECT {0}.settled_on",))),
        ("case_closed", "case_file", "UPDATE", closed, "NEW", _both(("SELECT {0}.closed_on",))),
        ("case_placed", "case_file", "UPDATE", _PLACED, "NEW", (*_both(_WHOLE_CASE), *acts)),
        *_rows_of("case_event", _EVENT_COLUMNS, event),
    ]


_BEFORE = _replaced(_SETTLED, ("closed_on",), _ANSWERED_BEFORE, _EVENT_BEFORE)
_NOW = _replaced((*_SETTLED, "settled_in_part"), ("closed_on", "outcome"), _ANSWERED, _EVENT)
_NEW = [
    *_rows_of("case_company", ("answered_on", "company_id"), ("SELECT {0}.answered_on",)),
    *_rows_of("party", ("case_id", "side", "kind", "seq"), _PARTY),
]


def _union(days: tuple[str, ...]) -> str:
    """Selects of one day each as one table with the column ``day``."""
    return "SELECT NULL AS day WHERE 1 = 0 UNION " + " UNION ".join(days)


def _create(triggers: list[Trigger]) -> None:
    """Let changes note the months they touch, told alike on both engines (see migration 0005)."""
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    month = "substr(day, 1, 7)" if is_sqlite else "to_char(day, 'YYYY-MM')"
    differs = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    for name, table, act, columns, row, days in triggers:
        changed = [f"OLD.{column} {differs} NEW.{column}" for column in columns]
        if name == "case_placed":  # from here on the company may see it
            changed.append("(OLD.state = 'received') <> (NEW.state = 'received')")
        when = f"WHEN ({' OR '.join(changed)})" if changed else ""
        insert = f"""
            INSERT INTO figure_change (committee_id, month)
            SELECT DISTINCT {row}.committee_id, {month} FROM ({_union(days)}) AS d
            WHERE day IS NOT NULL"""  # noqa: S608  (our own constants)
        if is_sqlite:
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


def _drop(triggers: list[Trigger]) -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table, *_rest in triggers:
        op.execute(f"DROP TRIGGER figure_{name}" if is_sqlite else f"DROP TRIGGER figure_{name} ON {table}")
        if not is_sqlite:
            op.execute(f"DROP FUNCTION figure_{name}()")


def _keep_headquarters() -> None:
    """Instalments and payments carry the headquarters of their case, whoever writes them."""
    of_case = "(SELECT level1_id FROM case_file WHERE id = NEW.case_id)"
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    tables = ("instalment", "payment")
    for table in tables:
        op.execute(f"UPDATE {table} SET level1_id = (SELECT c.level1_id FROM case_file c WHERE c.id = {table}.case_id)")  # noqa: S608
        if is_sqlite:
            op.execute(
                f"CREATE TRIGGER headquarters_{table} AFTER INSERT ON {table} FOR EACH ROW"  # noqa: S608
                f" BEGIN UPDATE {table} SET level1_id = {of_case} WHERE id = NEW.id; END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION headquarters_{table}() RETURNS trigger LANGUAGE plpgsql AS $$"
            f" BEGIN NEW.level1_id := {of_case}; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER headquarters_{table} BEFORE INSERT ON {table} FOR EACH ROW"
            f" EXECUTE FUNCTION headquarters_{table}()"
        )
    differs = "IS NOT" if is_sqlite else "IS DISTINCT FROM"
    moved = f"WHEN (OLD.level1_id {differs} NEW.level1_id)"
    follow = " ".join(f"UPDATE {table} SET level1_id = NEW.level1_id WHERE case_id = NEW.id;" for table in tables)  # noqa: S608
    if is_sqlite:
        op.execute(
            f"CREATE TRIGGER headquarters_case AFTER UPDATE ON case_file FOR EACH ROW {moved} BEGIN {follow} END"
        )
        return
    op.execute(
        f"CREATE FUNCTION headquarters_case() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {follow} RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER headquarters_case AFTER UPDATE ON case_file FOR EACH ROW {moved}"
        " EXECUTE FUNCTION headquarters_case()"
    )


def _forget_headquarters() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    for name, table in (("case", "case_file"), ("instalment", "instalment"), ("payment", "payment")):
        op.execute(f"DROP TRIGGER headquarters_{name}" if is_sqlite else f"DROP TRIGGER headquarters_{name} ON {table}")
        if not is_sqlite:
            op.execute(f"DROP FUNCTION headquarters_{name}()")


def _first_answers() -> None:
    """The first answer or offer of each company so far; what was said in a separate talk stays in it."""
    day = "date(created_at, '+8 hours')" if op.get_bind().dialect.name == "sqlite" else (
        "CAST(created_at AT TIME ZONE 'Asia/Shanghai' AS date)"
    )  # fmt: skip
    op.execute(
        f"""UPDATE case_company SET answered_on = (SELECT min(f.day) FROM (
            SELECT case_id, company_id, {day} AS day FROM answer
            UNION ALL SELECT case_id, company_id, made_on FROM offer WHERE side = 'company' AND NOT is_separate
        ) AS f WHERE f.case_id = case_company.case_id AND f.company_id = case_company.company_id)"""  # noqa: S608
    )


def _forget_sums() -> None:
    """Months count more than before, and first answers otherwise: the job makes them anew."""
    for table in ("figure_month", "figure_made", "figure_change"):
        op.execute(f"DELETE FROM {table}")  # noqa: S608


_GROUPS = ("level1_id", "track", "category_code", "station_id", "level2_id", "level3_id")
_COUNTED = (*_GROUPS, "outcome", "received_on", "effective_on", "agreed_fen", "paid_fen")


def upgrade() -> None:
    op.add_column("case_file", sa.Column("settled_in_part", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.drop_index("ix_case_file_counted_settled", "case_file")
    op.create_index(
        "ix_case_file_counted_settled",
        "case_file",
        ["committee_id", "settled_on", *_COUNTED, "settled_in_part"],
    )
    op.drop_index("ix_case_file_counted_received", "case_file")
    op.create_index(
        "ix_case_file_counted_received",
        "case_file",
        ["committee_id", "received_on", *_GROUPS, "claimed_fen", "headcount", "is_collective"],
    )
    op.create_index("ix_case_event_told", "case_event", ["case_id", "happened_on", "to_state"])
    moves = sa.text("event IN ('paused', 'reopened')")
    op.create_index("ix_case_event_moves", "case_event", ["case_id"], sqlite_where=moves, postgresql_where=moves)
    op.drop_index("ix_payment_instalment", "payment")
    op.create_index("ix_payment_instalment", "payment", ["instalment_id", "paid_on", "amount_fen"])
    op.create_index("ix_company_level1", "company", ["level1_id"])
    # The few cases whose dates stand the wrong way round, without a look at all others.
    backwards = sa.text("closed_on < received_on")
    op.create_index(
        "ix_case_file_backwards",
        "case_file",
        ["committee_id", "received_on", "closed_on", "id"],
        sqlite_where=backwards,
        postgresql_where=backwards,
    )
    # When an event was entered, beside the day on which it happened.
    op.drop_index("ix_case_event_kind", "case_event")
    op.create_index("ix_case_event_kind", "case_event", ["committee_id", "event", "happened_on", "at"])
    op.add_column("agreement", sa.Column("is_partial", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("agreement", sa.Column("left_open", sa.String(length=500), nullable=True))
    op.add_column("instalment", sa.Column("level1_id", _KEY, nullable=True))
    op.add_column("payment", sa.Column("level1_id", _KEY, nullable=True))
    op.add_column("case_company", sa.Column("answered_on", sa.Date(), nullable=True))
    for name in _SUMS:
        op.add_column("figure_month", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.create_table(
        "figure_watched",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("company_id", _KEY, nullable=False),
        sa.Column("charts", sa.Integer(), nullable=False),
        sa.Column("too_little", sa.Integer(), nullable=False),
        sa.Column("id", _KEY, nullable=False),
        sa.Column("committee_id", _KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_figure_watched_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_figure_watched_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_watched")),
    )
    op.create_index("uq_figure_watched", "figure_watched", ["committee_id", "month", "company_id"], unique=True)
    op.create_table(
        "session_reply",
        sa.Column("session_id", _KEY, nullable=False),
        sa.Column("company_id", _KEY, nullable=False),
        sa.Column("reply", sa.String(length=12), nullable=False),
        sa.Column("attendees", sa.String(length=200), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=True),
        sa.Column("replied_by", _KEY, nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", _KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("committee_id", _KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["committee_id"], ["committee.id"], name=op.f("fk_session_reply_committee_id_committee")
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_session_reply_company_id_company")),
        sa.ForeignKeyConstraint(
            ["replied_by"], ["user_account.id"], name=op.f("fk_session_reply_replied_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"], ["mediation_session.id"], name=op.f("fk_session_reply_session_id_mediation_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_reply")),
    )
    op.create_index("uq_session_reply", "session_reply", ["session_id", "company_id"], unique=True)
    _drop(_BEFORE)
    _keep_headquarters()
    _first_answers()
    _create([*_NOW, *_NEW])
    op.create_index("ix_instalment_company", "instalment", ["level1_id", "due_on"])
    op.create_index("ix_payment_company", "payment", ["level1_id", "paid_on"])
    op.create_index("ix_case_company_answered", "case_company", ["committee_id", "answered_on", "level1_id"])
    _forget_sums()


def downgrade() -> None:
    _drop([*_NOW, *_NEW])
    _forget_headquarters()
    op.drop_index("ix_case_company_answered", "case_company")
    op.drop_index("ix_payment_company", "payment")
    op.drop_index("ix_instalment_company", "instalment")
    op.drop_index("uq_session_reply", "session_reply")
    op.drop_table("session_reply")
    op.drop_index("uq_figure_watched", "figure_watched")
    op.drop_table("figure_watched")
    for name in reversed(_SUMS):
        op.drop_column("figure_month", name)
    op.drop_column("case_company", "answered_on")
    op.drop_column("payment", "level1_id")
    op.drop_column("instalment", "level1_id")
    op.drop_column("agreement", "left_open")
    op.drop_column("agreement", "is_partial")
    op.drop_index("ix_case_event_kind", "case_event")
    op.create_index("ix_case_event_kind", "case_event", ["committee_id", "event", "happened_on"])
    op.drop_index("ix_case_file_backwards", "case_file")
    op.drop_index("ix_company_level1", "company")
    op.drop_index("ix_payment_instalment", "payment")
    op.create_index("ix_payment_instalment", "payment", ["instalment_id"])
    op.drop_index("ix_case_event_moves", "case_event")
    op.drop_index("ix_case_event_told", "case_event")
    op.drop_index("ix_case_file_counted_received", "case_file")
    op.create_index(
        "ix_case_file_counted_received", "case_file", ["committee_id", "received_on", *_GROUPS, "claimed_fen"]
    )
    op.drop_index("ix_case_file_counted_settled", "case_file")
    op.create_index("ix_case_file_counted_settled", "case_file", ["committee_id", "settled_on", *_COUNTED])
    op.drop_column("case_file", "settled_in_part")
    _create(_BEFORE)
    _forget_sums()
