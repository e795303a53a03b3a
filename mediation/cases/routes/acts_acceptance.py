"""Track, consent, acceptance or refusal, handler and mediator, extension (law.md 1.3 steps 2–5, 7)."""

from __future__ import annotations

from mediation.cases import page, service
from mediation.cases.forms import acceptance as forms
from mediation.cases.forms.limitation import given
from mediation.cases.labels import TRACK_REASONS
from mediation.cases.lifecycle import Event, State, Track
from mediation.cases.models import Case
from mediation.cases.routes import bp
from mediation.cases.routes.acting import perform
from mediation.cases.tracks import propose
from mediation.core.permissions import P, requires


def _track_event(case: Case) -> Event:
    before_acceptance = case.state in (State.RECEIVED.value, State.CONSENT_INQUIRY.value)
    is_first = case.track_confirmed_at is None and before_acceptance
    return Event.TRACK_CONFIRMED if is_first else Event.RECLASSIFIED


def _proposal(_actor, case: Case) -> tuple[Track, object]:
    track, reason = propose(case.relationship, case.category_code)
    return track, TRACK_REASONS[reason]


@bp.route("/cases/<number>/track", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def confirm_track(number: str):
    def call(actor, case, form):
        service.confirm_track(
            actor,
            case=case,
            track=Track(form.track.data),
            reason=form.reason.data,
            relationship=form.relationship.data,
        )

    return perform(number, _track_event, forms.TrackForm, call, template="cases/acts/track.html", proposal=_proposal)


@bp.route("/cases/<number>/ask-consent", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def ask_consent(number: str):
    def call(actor, case, form):
        service.ask_consent(actor, case=case, on=form.on.data, note=form.note.data)

    return perform(number, Event.CONSENT_ASKED, forms.AskConsentForm, call)


@bp.route("/cases/<number>/consent", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def record_consent(number: str):
    def call(actor, case, form):
        service.record_consent(
            actor,
            case=case,
            party_id=form.party_id.data,
            answer=form.answer.data,
            purpose=_purpose(actor, case),
            on=form.on.data,
            channel=form.channel.data,
            note=form.note.data,
        )

    return perform(
        number,
        Event.CONSENT_RECORDED,
        forms.ConsentForm,
        call,
        template="cases/acts/consent.html",
        purpose=_purpose,
        consents=page.consents_shown,
    )


def _purpose(_actor, case: Case) -> str:
    """Once mediation runs, what is asked of the parties is an extension."""
    before = (State.RECEIVED.value, State.CONSENT_INQUIRY.value)
    return "mediation" if case.state in before else "extension"


@bp.route("/cases/<number>/accept", methods=["GET", "POST"])
@requires(P.CASE_ACCEPT)
def accept(number: str):
    def call(actor, case, form):
        service.accept(actor, case=case, on=form.on.data, reason=form.reason.data)

    return perform(number, Event.ACCEPTED, forms.AcceptForm, call)


@bp.route("/cases/<number>/refuse", methods=["GET", "POST"])
@requires(P.CASE_ACCEPT)
def refuse(number: str):
    def call(actor, case, form):
        service.refuse(actor, case=case, reason=form.reason.data, on=form.on.data, **given(form))

    return perform(number, Event.NOT_ACCEPTED, forms.RefuseForm, call)


@bp.route("/cases/<number>/handler", methods=["GET", "POST"])
@requires(P.CASE_ASSIGN)
def assign_handler(number: str):
    def call(actor, case, form):
        service.assign_handler(actor, case=case, user_id=form.user_id.data, reason=form.reason.data)

    return perform(
        number,
        Event.HANDLER_ASSIGNED,
        forms.AssignForm,
        call,
        template="cases/acts/assign.html",
        conflicts=page.conflicts_shown,
    )


@bp.route("/cases/<number>/mediator", methods=["GET", "POST"])
@requires(P.CASE_ASSIGN)
def assign_mediator(number: str):
    def call(actor, case, form):
        service.assign_mediator(actor, case=case, user_id=form.user_id.data, reason=form.reason.data)

    return perform(
        number,
        Event.MEDIATOR_ASSIGNED,
        forms.AssignForm,
        call,
        template="cases/acts/assign.html",
        conflicts=page.conflicts_shown,
    )


@bp.route("/cases/<number>/extend", methods=["GET", "POST"])
@requires(P.CASE_HANDLE)
def extend(number: str):
    def call(actor, case, form):
        service.extend(actor, case=case, days=form.days.data, reason=form.reason.data, on=form.on.data)

    return perform(
        number,
        Event.EXTENDED,
        forms.ExtendForm,
        call,
        template="cases/acts/consent.html",
        purpose="extension",
        consents=page.consents_shown,
    )
