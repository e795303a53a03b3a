"""Which font files print which role of an official document (宋 黑 仿 楷 标宋).

A role takes, in this order, the office's own licensed fonts from `<instance>/fonts/`, fonts at known places of the
operating system, and the freely licensed fonts of the installed package `pylopdf_fonts_zh_cn`. Every role ends in the
same tail of all faces, so a rare character that any font has is printed in every role.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pylopdf_fonts_zh_cn

from mediation.documents.typeset.otfont import Face, Stack, UnusableFont, register


class Role(StrEnum):
    """The faces GB/T 9704-2012 names for an official document."""

    SONG = "song"  # 宋体: page numbers, tables
    HEI = "hei"  # 黑体: headings of the first level
    FANG = "fang"  # 仿宋: body
    KAI = "kai"  # 楷体: headings of the second level
    TITLE = "title"  # 小标宋: title


class Refused(NamedTuple):
    """A file of the instance's font folder that is not used, and why (shown to the administrator)."""

    path: Path
    reason: str


# Read from top to bottom: 小标宋 and 仿宋 also contain 宋.
_NAMES: tuple[tuple[Role, tuple[str, ...]], ...] = (
    (Role.TITLE, ("标宋", "biaosong", "xbs", "dabiaosong")),
    (Role.FANG, ("仿宋", "fangsong", "fangsung", "simfang", "fzfs", "stfangso")),
    (Role.KAI, ("楷", "kai")),
    (Role.HEI, ("黑", "hei", "sans", "gothic")),
    (Role.SONG, ("宋", "明", "song", "simsun", "serif", "ming")),
)

# Only the roles the package does not cover are looked for in the system: 宋 and 黑 then look alike on every machine.
_SYSTEM: dict[Role, tuple[str, ...]] = {
    Role.FANG: ("/usr/share/fonts/truetype/zhuque/ZhuqueFangsong-Regular.ttf", "C:/Windows/Fonts/simfang.ttf"),
    Role.KAI: (
        "/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf",
        "/usr/share/fonts/truetype/lxgw-wenkai-gb/LXGWWenKaiGB-Regular.ttf",
        "C:/Windows/Fonts/simkai.ttf",
    ),
    Role.TITLE: (
        "/usr/share/fonts/opentype/noto/NotoSerifCJK-Bold.ttc",
        "/usr/share/fonts/opentype/noto-cjk/NotoSerifCJK-Bold.ttc",
    ),
}
_SYSTEM_RARE = (
    "/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/opentype/noto-cjk/NotoSerifCJK-Regular.ttc",
    "/usr/share/fonts/truetype/hanazono/HanaMinB.ttf",
    "C:/Windows/Fonts/simsunb.ttf",
)
_SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")


@dataclass(frozen=True, eq=False)
class FontSet:
    """The resolved fonts of one installation.

    `stacks` maps each role to its ReportLab font; `refused` lists instance fonts that could not be taken.
    """

    stacks: dict[Role, Stack]
    refused: tuple[Refused, ...]

    def name(self, role: Role) -> str:
        """The name ReportLab knows the role by."""
        return self.stacks[role].name

    def missing(self, text: str) -> list[str]:
        """The characters of the text that no installed font can print, sorted, each once."""
        return self.stacks[Role.SONG].missing(text)

    def has_own_face(self, role: Role) -> bool:
        """Whether the role is printed in a face of its own and not in a substitute."""
        return self.stacks[role].faces[0] is not self.stacks[Role.SONG].faces[0]


def load(instance_fonts_dir: Path | None, *, system: bool = True) -> FontSet:
    """The fonts for an instance; files are opened once per process and again only when the folder has changed.

    `system=False` leaves out what happens to be installed on the machine, for output that is alike everywhere.
    """
    files: tuple[tuple[Path, int, int], ...] = ()
    if instance_fonts_dir and instance_fonts_dir.is_dir():
        found = (path for path in sorted(instance_fonts_dir.iterdir()) if path.suffix.lower() in _SUFFIXES)
        files = tuple((path, path.stat().st_mtime_ns, path.stat().st_size) for path in found)
    return _load(files, system)


@lru_cache(maxsize=8)
def _load(files: tuple[tuple[Path, int, int], ...], system: bool) -> FontSet:
    own: dict[Role, list[Face]] = {role: [] for role in Role}
    extra: list[Face] = []
    refused: list[Refused] = []
    for path, _, _ in files:
        try:
            face = _open(path)
            if face.is_restricted:
                raise UnusableFont("its licence bits (OS/2 fsType) forbid embedding")
        except UnusableFont as error:
            refused.append(Refused(path, str(error)))
            continue
        # A face without Chinese (a Latin Sans, a supplement of rare characters) lends what it has and leads no role.
        role = role_of(face.names) if face.glyph("的") else None
        (own[role] if role else extra).append(face)
    if system:
        for role, places in _SYSTEM.items():
            own[role] += _existing(places)
    own[Role.SONG].append(Face(pylopdf_fonts_zh_cn.serif_path()))
    own[Role.HEI].append(Face(pylopdf_fonts_zh_cn.sans_path()))
    rare = _existing(_SYSTEM_RARE) if system else []
    # Of like weight first, so that a borrowed character does not stand out; the bold titles last.
    everything = [*own[Role.SONG], *extra, *own[Role.FANG], *own[Role.KAI], *own[Role.HEI], *rare, *own[Role.TITLE]]
    digest = hashlib.sha256(repr((files, system)).encode()).hexdigest()[:8]
    stacks = {role: register(f"{role}-{digest}", tuple(dict.fromkeys([*own[role], *everything]))) for role in Role}
    return FontSet(stacks, tuple(refused))


def role_of(names: tuple[str, ...]) -> Role | None:
    """The role a font's own names announce; None for a font that only lends rare characters."""
    text = " ".join(names).lower()
    for role, marks in _NAMES:
        if any(mark in text for mark in marks):
            return role
    return None


def _existing(places: tuple[str, ...]) -> list[Face]:
    return [_open(Path(place)) for place in places if Path(place).is_file()]


def _open(path: Path) -> Face:
    """The face of a file; of a collection the Simplified Chinese member. Raises `UnusableFont`."""
    if path.suffix.lower() not in (".ttc", ".otc"):
        return Face(path)
    members = [Face(path, index) for index in range(_member_count(path))]
    simplified = [
        face for face in members if any(name.endswith((" SC", "简体")) or " SC " in name for name in face.names)
    ]
    return (simplified or members)[0]


def _member_count(path: Path) -> int:
    with path.open("rb") as file:
        return int.from_bytes(file.read(12)[8:12], "big")
