"""How far an agreement goes: one that leaves requests open says so, and does not give them up in the same breath."""

import re
from collections.abc import Iterator

from mediation.documents.agreement_check.finding import WARN, Finding, clauses
from mediation.documents.facts import CaseFacts

_ALL_DONE = re.compile(
    r"再无(?:其他|其它|任何|别的)?(?:的)?(?:争议|纠纷|劳动争议|债权债务|权利义务|瓜葛)|(?:全部|所有|一切|本案|争议|纠纷)[^，。；]{0,12}一次性(?:了结|解决|处理完毕)|全部(?:了结|结清|解决|处理完毕)|两清"
    r"|(?:不再|不得(?:再)?|放弃)[^，。；]{0,20}(?:其他|其它|其余|任何|全部|一切)[^，。；]{0,12}(?:请求|主张|权利|要求|责任)"
    r"|互不(?:追究|主张|相欠)"
)
# What stands in front says of which requests alone.
_ONLY = re.compile(
    r"(?:仅|只)?(?:就|对|关于)(?!本案|本次|上述争议|双方|劳动关系)[^，。；]{1,20}$|除[^。；]{0,30}(?:没有|未|未能)达成一致[^。；]{0,12}外[^。；]{0,12}$"
)
_LEFT = re.compile(
    r"(?:请求|主张|争议|事项|部分)[^，。；]{0,12}(?:未(?:能)?达成一致|没有达成一致|不在本协议(?:处理)?范围|本协议不(?:作|予)?处理|另案(?:处理|解决|主张)|另行(?:主张|处理|解决|协商|申请仲裁|起诉))"
)


def findings(facts: CaseFacts) -> Iterator[Finding]:
    if facts.agreement is None:
        return
    for clause in clauses(facts):
        for sentence in clause.sentences:
            if facts.agreement.left_open:
                if any(not _ONLY.search(sentence[: match.start()]) for match in _ALL_DONE.finditer(sentence)):
                    message = f"{clause.name}把全部争议一并了结，但协议只处理部分请求：没有达成一致的请求会被视为放弃，请修改；确需保留的写明理由"
                    yield Finding("left_open_given_up", WARN, clause.name, message)
            elif _LEFT.search(sentence):
                message = f"{clause.name}写明有请求没有解决，但拟定协议时选择的是“全部请求”：请改选“部分请求”并写明是哪些；确实全部解决的写明理由"
                yield Finding("part_not_marked", WARN, clause.name, message)
