"""Pages of stations and offices, and the duty roster."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from mediation.accounts import queries as accounts
from mediation.core import clock
from mediation.core.actor import current_actor
from mediation.core.dates import DateError, parse_day
from mediation.core.errors import DomainError
from mediation.core.permissions import P, requires
from mediation.core.web.requests import key
from mediation.stations import queries, service
from mediation.stations.forms import OfficeForm, RoomForm, ShiftForm, StationForm, SwapForm
from mediation.stations.labels import OFFICE_KINDS
from mediation.stations.models import OfficeKind, Room, Station

bp = Blueprint("stations", __name__)
blueprints = (bp,)

# The three offices of 三所联动 have a column each; everybody else shares the last.
COLUMNS = (OfficeKind.JUDICIAL_OFFICE, OfficeKind.POLICE_POST, OfficeKind.LAW_FIRM)


@bp.route("/admin/stations")
@requires(P.STATION_MANAGE)
def index():
    actor = current_actor()
    return render_template(
        "stations/index.html",
        stations=queries.stations_for(actor, include_inactive=True),
        offices=queries.offices_for(actor, include_inactive=True),
        rooms=queries.rooms_for(actor, include_inactive=True),
        kinds=OFFICE_KINDS,
    )


@bp.route("/admin/stations/new", methods=["GET", "POST"])
@requires(P.STATION_MANAGE)
def station_new():
    form = StationForm()
    if form.validate_on_submit():
        try:
            service.create_station(
                current_actor(),
                name=form.name.data,
                district=form.district.data,
                address=form.address.data,
                phone=form.phone.data,
            )
        except DomainError as error:
            form.take(error)
        else:
            return _saved("stations.index")
    return _place_page(form, _("新建驿站"), is_new=True)


@bp.route("/admin/stations/<int:station_id>", methods=["GET", "POST"])
@requires(P.STATION_MANAGE)
def station_edit(station_id: int):
    station = queries.get_station_for(current_actor(), station_id)
    title = station.name
    form = StationForm(obj=station)
    if form.validate_on_submit():
        try:
            service.change_station(current_actor(), station=station, **_values(form))
        except DomainError as error:
            form.take(error)
        else:
            return _saved("stations.index")
    return _place_page(form, title)


@bp.route("/admin/offices/new", methods=["GET", "POST"])
@requires(P.STATION_MANAGE)
def office_new():
    form = OfficeForm()
    if form.validate_on_submit():
        try:
            service.create_office(current_actor(), kind=form.kind.data, name=form.name.data, phone=form.phone.data)
        except DomainError as error:
            form.take(error)
        else:
            return _saved("stations.index")
    return _place_page(form, _("新建单位"), is_new=True)


@bp.route("/admin/offices/<int:office_id>", methods=["GET", "POST"])
@requires(P.STATION_MANAGE)
def office_edit(office_id: int):
    office = queries.get_office_for(current_actor(), office_id)
    title = office.name
    form = OfficeForm(obj=office)
    if form.validate_on_submit():
        try:
            service.change_office(current_actor(), office=office, **_values(form))
        except DomainError as error:
            form.take(error)
        else:
            return _saved("stations.index")
    return _place_page(form, title)


@bp.route("/admin/rooms/new", methods=["GET", "POST"])
@requires(P.STATION_MANAGE)
def room_new():
    form = _room_form()
    if form.validate_on_submit():
        try:
            service.create_room(current_actor(), name=form.name.data, station=_station(form), seats=form.seats.data)
        except DomainError as error:
            form.take(error)
        else:
            return _saved("stations.index")
    return _place_page(form, _("新建会议室"), is_new=True)


@bp.route("/admin/rooms/<int:room_id>", methods=["GET", "POST"])
@requires(P.STATION_MANAGE)
def room_edit(room_id: int):
    room = queries.get_room_for(current_actor(), room_id)
    title = room.name
    form = _room_form(room)
    if form.validate_on_submit():
        values = {**_values(form), "station": _station(form)}
        try:
            service.change_room(current_actor(), room=room, **values)
        except DomainError as error:
            form.take(error)
        else:
            return _saved("stations.index")
    return _place_page(form, title)


@bp.route("/roster/")
@requires(P.ROSTER_READ)
def roster():
    actor = current_actor()
    stations = queries.stations_for(actor)
    chosen = request.args.get("station", type=key)
    monday = _monday(request.args.get("week"))
    duties = queries.duties_for(actor, monday, 7, station_id=chosen)
    now = clock.now()
    return render_template(
        "stations/roster.html",
        stations=stations,
        shown=[station for station in stations if chosen in (None, station.id)],
        chosen=chosen,
        monday=monday,
        days=[monday + timedelta(days=number) for number in range(7)],
        week=timedelta(weeks=1),
        columns=[*COLUMNS, None],
        cells=_cells(duties),
        on_duty=[duty for duty in duties if duty.starts_at <= now < duty.ends_at],
        kinds=OFFICE_KINDS,
    )


@bp.route("/roster/new", methods=["GET", "POST"])
@requires(P.ROSTER_MANAGE)
def shift_new():
    actor = current_actor()
    form = ShiftForm(day=_day(request.args.get("day")), station=request.args.get("station", type=key))
    form.offer(accounts.users_for(actor))
    form.offer_stations(queries.stations_for(actor))
    if form.validate_on_submit():
        try:
            service.add_weekly_shifts(
                actor,
                station=queries.get_station_for(actor, form.station.data),
                user=accounts.get_for(actor, form.user.data),
                first_on=form.day.data,
                begins=form.begins.data,
                ends=form.ends.data,
                weeks=form.weeks.data,
            )
        except DomainError as error:
            form.take(error)
        else:
            return _saved("stations.roster", week=form.day.data.isoformat(), station=form.station.data)
    return render_template("stations/shift_new.html", form=form), _status()


@bp.route("/roster/<int:shift_id>", methods=["GET", "POST"])
@requires(P.ROSTER_MANAGE)
def shift_swap(shift_id: int):
    actor = current_actor()
    shift = queries.get_shift_for(actor, shift_id)
    form = SwapForm()
    form.offer(accounts.users_for(actor))
    if form.validate_on_submit():
        try:
            service.swap_shift(actor, shift=shift, user=accounts.get_for(actor, form.user.data))
        except DomainError as error:
            form.take(error)
        else:
            return _to_week_of(shift)
    names = accounts.names_for(actor, {shift.user_id})
    return render_template(
        "stations/shift_swap.html",
        form=form,
        shift=shift,
        who=names.get(shift.user_id),
        station=queries.get_station_for(actor, shift.station_id),
        can_remove=shift.starts_at > clock.now(),
    ), _status()


@bp.route("/roster/<int:shift_id>/remove", methods=["POST"])
@requires(P.ROSTER_MANAGE)
def shift_remove(shift_id: int):
    actor = current_actor()
    shift = queries.get_shift_for(actor, shift_id)
    answer = _to_week_of(shift)
    service.remove_shift(actor, shift=shift)
    return answer


def _room_form(room: Room | None = None) -> RoomForm:
    actor = current_actor()
    form = RoomForm(obj=room, station=room.station_id) if room else RoomForm()
    stations = queries.stations_for(actor, include_inactive=True)
    form.offer_stations(one for one in stations if one.is_active or (room and one.id == room.station_id))
    return form


def _station(form: RoomForm) -> Station | None:
    return queries.get_station_for(current_actor(), form.station.data) if form.station.data else None


def _cells(duties: list[queries.Duty]) -> dict[tuple[int, date, OfficeKind | None], list[queries.Duty]]:
    cells: dict[tuple[int, date, OfficeKind | None], list[queries.Duty]] = {}
    for duty in duties:
        kind = duty.office_kind if duty.office_kind in COLUMNS else None
        cells.setdefault((duty.station_id, duty.day, kind), []).append(duty)
    return cells


def _day(text: str | None) -> date:
    try:
        return parse_day(text, clock.today()) if text else clock.today()
    except DateError:
        return clock.today()  # an address typed by hand


def _monday(text: str | None) -> date:
    day = _day(text)
    return day - timedelta(days=day.weekday())


def _values(form) -> dict[str, object]:
    return {name: value for name, value in form.data.items() if name != "csrf_token"}


def _status() -> int:
    return 422 if request.method == "POST" else 200


def _place_page(form, title: str, *, is_new: bool = False):
    return render_template("stations/place_edit.html", form=form, title=title, is_new=is_new), _status()


def _saved(endpoint: str, **values):
    flash(_("已保存。"), "success")
    return redirect(url_for(endpoint, **values), 303)


def _to_week_of(shift):
    return _saved("stations.roster", week=clock.civil_date(shift.starts_at).isoformat(), station=shift.station_id)
