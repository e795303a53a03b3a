"""Django admin's list of the same cases: same columns and look-ups, 50 rows, full count, for a signed-in reader.

Run as a program it adds Django's own tables and a reader, and prints the cookie of a session.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings

COMMITTEE = int(os.environ["BENCH_COMMITTEE"])


def _database() -> dict[str, Any]:
    if path := os.environ.get("BENCH_SQLITE"):
        pragmas = "PRAGMA cache_size=-65536; PRAGMA mmap_size=2147483648; PRAGMA temp_store=MEMORY;"
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": path, "OPTIONS": {"init_command": pragmas}}
    url = urlsplit(os.environ["BENCH_POSTGRESQL"])
    return {
        "ENGINE": "django.db.backends.postgresql", "NAME": url.path[1:], "USER": url.username, "HOST": url.hostname,
        "PASSWORD": unquote(url.password or ""), "PORT": url.port,
    }  # fmt: skip


settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    STATIC_URL="/static/",
    USE_TZ=True,
    DATABASES={"default": _database() | {"CONN_MAX_AGE": None}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "django.contrib.messages", "tests.bench.peers",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
)  # fmt: skip
django.setup()

from django.contrib import admin  # noqa: E402 (models need the settings)
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.urls import path  # noqa: E402


class _Named(models.Model):
    name = models.CharField(max_length=200)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Company(_Named):
    """The main respondent."""

    class Meta:
        app_label, managed, db_table = "peers", False, "company"


class Handler(_Named):
    """Who works on a case."""

    class Meta:
        app_label, managed, db_table = "peers", False, "user_account"


class Category(models.Model):
    """The cause."""

    code = models.CharField(max_length=60, primary_key=True)
    label = models.CharField(max_length=120)

    class Meta:
        app_label, managed, db_table = "peers", False, "category"

    def __str__(self) -> str:
        return self.label


class Case(models.Model):
    """The columns that the list shows."""

    committee_id = models.BigIntegerField()
    number = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=20)
    track = models.CharField(max_length=20)
    waiting_for = models.CharField(max_length=20)
    received_on = models.DateField()
    closed_on = models.DateField(null=True)
    outcome = models.CharField(max_length=20, null=True)
    claimed_fen = models.BigIntegerField(null=True)
    agreed_fen = models.BigIntegerField(null=True)
    paid_fen = models.BigIntegerField()
    next_deadline_on = models.DateField(null=True)
    category = models.ForeignKey(Category, models.DO_NOTHING, db_column="category_code")
    company = models.ForeignKey(Company, models.DO_NOTHING, db_column="main_company_id", null=True)
    handler = models.ForeignKey(Handler, models.DO_NOTHING, null=True)

    class Meta:
        app_label, managed, db_table = "peers", False, "case_file"


class CaseAdmin(admin.ModelAdmin):
    """Only the list."""

    list_display = (
        "number", "title", "state", "track", "waiting_for", "received_on", "closed_on", "outcome", "claimed_fen",
        "agreed_fen", "paid_fen", "next_deadline_on", "category", "company", "handler",
    )  # fmt: skip
    list_select_related = ("category", "company", "handler")
    list_per_page = 50
    ordering = ("-received_on", "-id")
    show_full_result_count = True

    def get_queryset(self, request: Any) -> Any:
        """The committee's cases: what the index begins with."""
        return super().get_queryset(request).filter(committee_id=COMMITTEE)


admin.site.register(Case, CaseAdmin)
urlpatterns = [path("admin/", admin.site.urls)]


def prepare() -> str:
    """Django's tables, a reader, a session: the cookie of that session."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    user = User.objects.create_superuser("bench", password="bench")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return f"sessionid={session.session_key}"


if __name__ == "__main__":
    print(prepare())
else:
    app = get_wsgi_application()
