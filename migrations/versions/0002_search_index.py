"""Full-text index over the search words of a case: FTS5 on SQLite, GIN on PostgreSQL."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

FTS5 = (
    """
    CREATE VIRTUAL TABLE case_search_fts USING fts5(
        grams, content='case_search', content_rowid='case_id', detail=none, columnsize=0, tokenize="unicode61 remove_diacritics 0"
    )
    """,
    """
    CREATE TRIGGER case_search_insert AFTER INSERT ON case_search BEGIN
        INSERT INTO case_search_fts(rowid, grams) VALUES (new.case_id, new.grams);
    END
    """,
    """
    CREATE TRIGGER case_search_delete AFTER DELETE ON case_search BEGIN
        INSERT INTO case_search_fts(case_search_fts, rowid, grams) VALUES ('delete', old.case_id, old.grams);
    END
    """,
    """
    CREATE TRIGGER case_search_update AFTER UPDATE ON case_search BEGIN
        INSERT INTO case_search_fts(case_search_fts, rowid, grams) VALUES ('delete', old.case_id, old.grams);
        INSERT INTO case_search_fts(rowid, grams) VALUES (new.case_id, new.grams);
    END
    """,
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in FTS5:
            op.execute(statement)
    else:
        op.execute("CREATE INDEX ix_case_search_grams ON case_search USING gin (grams)")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for name in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER case_search_{name}")
        op.execute("DROP TABLE case_search_fts")
    else:
        op.execute("DROP INDEX ix_case_search_grams")
