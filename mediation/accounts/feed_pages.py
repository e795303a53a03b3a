"""The page of one's own calendar addresses."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _

from mediation.accounts import feeds
from mediation.core.actor import current_actor
from mediation.core.errors import DomainError, NotFound
from mediation.core.permissions import P, requires

bp = Blueprint("feeds", __name__)


@bp.get("/profile/feeds")
@requires(P.CASE_READ)
def index():
    return _page()


@bp.post("/profile/feeds/new")
@requires(P.CASE_READ)
def make():
    try:
        return _made(feeds.make(current_actor()))
    except DomainError as refusal:
        return _page(refusal), 422


@bp.post("/profile/feeds/<int:address_id>/renew")
@requires(P.CASE_READ)
def renew(address_id: int):
    actor = current_actor()
    return _made(feeds.renew(actor, address=feeds.get_for(actor, address_id)))


@bp.post("/profile/feeds/<int:address_id>/revoke")
@requires(P.CASE_READ)
def revoke(address_id: int):
    actor = current_actor()
    try:
        feeds.revoke(actor, address=feeds.get_for(actor, address_id))
    except NotFound:
        pass  # a second click: it is revoked already
    else:
        flash(_("订阅地址已作废，日历程序再也读不到。"), "success")
    return redirect(url_for("feeds.index"), 303)


def _page(refusal: DomainError | None = None) -> str:
    addresses = feeds.addresses_for(current_actor())
    return render_template(
        "accounts/feeds.html",
        addresses=addresses,
        used=feeds.days_of_use(addresses),
        refusal=refusal,
        is_full=len(addresses) >= feeds.MOST_ADDRESSES,
    )


def _made(secret: str) -> str:
    """The answer to the click is the only page that ever shows the secret."""
    return render_template("accounts/feed_made.html", address=url_for("cases.feed", secret=secret, _external=True))
