"""Flask-Admin's list of the same cases: same columns and look-ups, 50 rows, with its count, for a signed-in reader."""

from __future__ import annotations

import os
from typing import Any

from flask import Flask
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_login import LoginManager, UserMixin, current_user
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, func

COMMITTEE = int(os.environ["BENCH_COMMITTEE"])
SQLITE = os.environ.get("BENCH_SQLITE")

app = Flask(__name__)
app.config["SECRET_KEY"] = "bench"
app.config["SQLALCHEMY_DATABASE_URI"] = (
    f"sqlite:///{SQLITE}"
    if SQLITE
    else os.environ["BENCH_POSTGRESQL"].replace("postgresql://", "postgresql+psycopg://")
)
db = SQLAlchemy(app)


class User(UserMixin, db.Model):
    """The reader, and the handler of a case."""

    __tablename__ = "user_account"
    id = db.Column(db.Integer, primary_key=True)
    username = db.Column(db.String)
    name = db.Column(db.String)

    def __str__(self) -> str:
        return self.name


class Category(db.Model):
    """The cause."""

    __tablename__ = "category"
    code = db.Column(db.String, primary_key=True)
    label = db.Column(db.String)

    def __str__(self) -> str:
        return self.label


class Company(db.Model):
    """The main respondent."""

    __tablename__ = "company"
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String)

    def __str__(self) -> str:
        return self.name


class Case(db.Model):
    """The columns that the list shows."""

    __tablename__ = "case_file"
    id = db.Column(db.Integer, primary_key=True)
    committee_id = db.Column(db.Integer)
    number = db.Column(db.String)
    title = db.Column(db.String)
    state = db.Column(db.String)
    track = db.Column(db.String)
    waiting_for = db.Column(db.String)
    received_on = db.Column(db.Date)
    closed_on = db.Column(db.Date)
    outcome = db.Column(db.String)
    claimed_fen = db.Column(db.BigInteger)
    agreed_fen = db.Column(db.BigInteger)
    paid_fen = db.Column(db.BigInteger)
    next_deadline_on = db.Column(db.Date)
    category_code = db.Column(db.ForeignKey("category.code"))
    main_company_id = db.Column(db.ForeignKey("company.id"))
    handler_id = db.Column(db.ForeignKey("user_account.id"))
    category = db.relationship(Category)
    company = db.relationship(Company)
    handler = db.relationship(User)


class CaseView(ModelView):
    """Only the list."""

    page_size = 50
    can_create = can_edit = can_delete = False
    column_list = (
        "number", "title", "state", "track", "waiting_for", "received_on", "closed_on", "outcome", "claimed_fen",
        "agreed_fen", "paid_fen", "next_deadline_on", "category", "company", "handler",
    )  # fmt: skip
    column_auto_select_related = False
    column_select_related_list = (Case.category, Case.company, Case.handler)
    column_default_sort = [("received_on", True), ("id", True)]

    def is_accessible(self) -> bool:
        """Signed-in readers only."""
        return current_user.is_authenticated

    def get_query(self) -> Any:
        """The committee's cases: what the index begins with."""
        return super().get_query().filter(Case.committee_id == COMMITTEE)

    def get_count_query(self) -> Any:
        """As many as the list has."""
        return db.session.query(func.count(Case.id)).filter(Case.committee_id == COMMITTEE)


with app.app_context():
    if SQLITE:

        @event.listens_for(db.engine, "connect")
        def _prepare(connection: Any, _record: Any) -> None:
            for pragma in ("cache_size=-65536", "mmap_size=2147483648", "temp_store=MEMORY"):
                connection.execute(f"PRAGMA {pragma}")


login = LoginManager(app)
login.request_loader(lambda _request: db.session.query(User).filter_by(username="committee").one())
Admin(app).add_view(CaseView(Case, db.session, endpoint="cases"))
