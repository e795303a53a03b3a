"""The invented committee: offices, stations and their rooms, companies, accounts, who is on duty and who is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from mediation.accounts import absences, passwords
from mediation.accounts import service as accounts
from mediation.accounts.models import User
from mediation.committees.models import Committee
from mediation.committees.service import seed_categories
from mediation.companies import service as companies
from mediation.companies.models import Company
from mediation.core import clock
from mediation.core.actor import Actor, Role, system
from mediation.core.db import db
from mediation.deadlines import service as deadlines
from mediation.stations import service as stations
from mediation.stations.models import OfficeKind, Room, Station

COMMITTEE = "示例快递物流行业劳动争议调解委员会"
PASSWORD = "mediation-demo"

OFFICES = {
    "law": (OfficeKind.LAW_FIRM, "示例明衡律师事务所"),
    "law2": (OfficeKind.LAW_FIRM, "示例海岸律师事务所"),
    "police": (OfficeKind.POLICE_POST, "示例华新派出所"),
    "judicial": (OfficeKind.JUDICIAL_OFFICE, "示例华新司法所"),
    "committee": (OfficeKind.COMMITTEE_OFFICE, "调解委员会办公室"),
}
# key: (name, station, seats)
ROOMS = {
    "huaxin1": ("华新第一调解室", "huaxin", 8),
    "huaxin2": ("华新第二调解室", "huaxin", 5),
    "jiangqiao": ("江桥调解室", "jiangqiao", 6),
    "committee": ("委员会会议室", None, 16),
}
STATIONS = {"huaxin": ("示例华新卡友驿站", "青浦区"), "jiangqiao": ("示例江桥司机之家", "嘉定区")}

# key: (name, short name, parent, level, details)
COMPANIES: dict[str, tuple[str, str | None, str | None, int | None, dict]] = {
    "yunxiu": ("云岫速运有限公司（虚构）", "云岫速运", None, None, {}),
    "yunxiu_east": ("云岫速运华东分公司（虚构）", "云岫华东", "yunxiu", 2, {"district": "上海市"}),
    "yunxiu_outlet": ("云岫速运华新加盟网点（虚构）", "云岫华新", "yunxiu_east", 3, {"is_franchise": True}),
    "yunxiu_branch": ("云岫速运上海分部（虚构）", None, "yunxiu_east", 3, {}),
    "jifeng": ("霁风快递有限公司（虚构）", "霁风快递", None, None, {}),
    "jifeng_area": ("霁风快递江桥承包区（虚构）", "霁风江桥", "jifeng", 3, {"is_franchise": True}),
    "bailu": ("白鹭快运有限公司（虚构）", "白鹭快运", None, None, {}),
    "bailu_depot": ("白鹭快运华新分拨中心（虚构）", "白鹭分拨", "bailu", 3, {}),
    "wanyu": ("万屿干线物流有限公司（虚构）", "万屿干线", None, None, {}),
    "lutu": ("鹿途供应链有限公司（虚构）", "鹿途", None, None, {}),
    "qingsun": ("青隼即配平台有限公司（虚构）", "青隼即配", None, None, {}),
    "lansheng": ("岚声人力外包有限公司（虚构）", "岚声人力", None, None, {}),
    "haitang": ("海棠财产保险某支公司（虚构）", "海棠财险", None, None, {}),
}
ALIASES = {"yunxiu": ("云岫",), "qingsun": ("小青隼", "青隼外卖"), "bailu": ("白鹭",)}


@dataclass(frozen=True)
class Person:
    """One demo account."""

    username: str
    name: str
    title: str
    role: Role
    office: str | None = None
    stations: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()


PEOPLE = (
    Person("lawyer", "李明衡", "驻站律师", Role.LAWYER, "law", ("huaxin",)),
    Person("lawyer2", "方海岸", "驻站律师（江桥）", Role.LAWYER, "law2", ("jiangqiao",)),
    Person("police", "顾卫", "值班民警", Role.POLICE, "police", ("huaxin",)),
    Person("judicial", "邵和", "司法所调解员", Role.JUDICIAL, "judicial", ("huaxin", "jiangqiao")),
    Person("hr", "林岫", "云岫速运总部人事", Role.HR, None, (), ("yunxiu",)),
    Person("hr2", "秦隼", "青隼即配人事", Role.HR, None, (), ("qingsun",)),
    Person("hr3", "江霁", "霁风快递总部人事", Role.HR, None, (), ("jifeng",)),
    Person("director", "陆主任", "调解委员会主任", Role.COMMITTEE, "committee"),
    Person("committee", "沈秘书", "调解委员会秘书", Role.COMMITTEE, "committee"),
    Person("admin", "管理员", "系统管理员", Role.ADMIN, "committee"),
)


@dataclass(frozen=True)
class Cast:
    """Keys to what was made: actors and ids for the players of the cases."""

    system: Actor
    actors: dict[str, Actor]
    users: dict[str, User]
    stations: dict[str, Station]
    companies: dict[str, Company]
    rooms: dict[str, Room]


def load() -> Cast:
    """Make the committee and everything a case needs, inside the caller's transaction."""
    deadlines.seed()
    seed_categories()
    committee = Committee(
        name=COMMITTEE,
        short_name="示例行业调解委",
        legal_basis=["industry_labour", "peoples_mediation"],
        address="示例路1号",
        phone="000-0000-0000",
    )
    db.session.add(committee)
    db.session.flush()
    actor = system(committee.id)
    offices = {key: stations.create_office(actor, kind=kind, name=name) for key, (kind, name) in OFFICES.items()}
    places = {
        key: stations.create_station(actor, name=name, district=district) for key, (name, district) in STATIONS.items()
    }
    rooms = {
        key: stations.create_room(actor, name=name, station=places.get(station or ""), seats=seats)
        for key, (name, station, seats) in ROOMS.items()
    }
    firms = _companies(actor)
    companies.declare_client(actor, office_id=offices["law2"].id, company=firms["wanyu"], from_on=date(2025, 1, 1))
    users = {person.username: _user(actor, person, offices, places, firms) for person in PEOPLE}
    _roster(actor, users, places)
    _absences(actor, users)
    return Cast(actor, {name: _actor(user, name) for name, user in users.items()}, users, places, firms, rooms)


def _companies(actor: Actor) -> dict[str, Company]:
    made: dict[str, Company] = {}
    for key, (name, short_name, parent, level, details) in COMPANIES.items():
        made[key] = companies.create_company(
            actor, name=name, short_name=short_name, parent=made.get(parent or ""), level=level, **details
        )
        for alias in ALIASES.get(key, ()):
            companies.add_alias(actor, company=made[key], name=alias)
    return made


def _user(actor: Actor, person: Person, offices: dict, places: dict, firms: dict) -> User:
    return accounts.create_user(
        actor,
        username=person.username,
        name=person.name,
        title=person.title,
        email=f"{person.username}@mediation.example",
        password_hash=passwords.hash_password(PASSWORD),
        roles=[person.role],
        office_id=offices[person.office].id if person.office else None,
        station_ids=[places[key].id for key in person.stations],
        company_ids=[firms[key].id for key in person.companies],
    )


def _roster(actor: Actor, users: dict[str, User], places: dict[str, Station]) -> None:
    """This week and the next: the lawyer every weekday, police and judicial officer in turn."""
    monday = clock.today() - timedelta(days=clock.today().weekday())
    for offset in range(14):
        day = monday + timedelta(days=offset)
        if day.weekday() > 4:
            continue
        second = users["police"] if offset % 2 else users["judicial"]
        for user in (users["lawyer"], second):
            starts_at, ends_at = stations.span(day, time(9), time(17))
            stations.add_shift(actor, station=places["huaxin"], user=user, starts_at=starts_at, ends_at=ends_at)
        starts_at, ends_at = stations.span(day, time(9), time(17))
        stations.add_shift(
            actor, station=places["jiangqiao"], user=users["lawyer2"], starts_at=starts_at, ends_at=ends_at
        )


def _absences(actor: Actor, users: dict[str, User]) -> None:
    """The lawyer of Jiangqiao is away today; the other lawyer answers for the cases."""
    today = clock.today()
    absences.enter(
        actor,
        user=users["lawyer2"],
        from_on=today,
        to_on=today + timedelta(days=2),
        deputy_id=users["lawyer"].id,
        note="外出培训",
    )


def _actor(user: User, username: str) -> Actor:
    person = next(one for one in PEOPLE if one.username == username)
    return Actor(
        user_id=user.id,
        name=user.name,
        committee_id=user.committee_id,
        roles=frozenset({person.role}),
        station_ids=frozenset(row.station_id for row in user.stations),
        company_levels=tuple((row.company_id, row.level) for row in user.companies),
        office_id=user.office_id,
    )
