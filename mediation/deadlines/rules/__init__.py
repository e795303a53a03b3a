"""Every time limit of the law as data, one line of table per rule; pure.

``RULES`` maps a rule id to its :class:`Rule` in the order of the law's tables. A changed rule is a new version of the
same id: computed deadlines keep the version they were computed with.
"""

from mediation.deadlines.rules.arbitration import ARBITRATION_RULES
from mediation.deadlines.rules.enforcement import ENFORCEMENT_RULES
from mediation.deadlines.rules.injury import INJURY_RULES
from mediation.deadlines.rules.mediation import MEDIATION_RULES
from mediation.deadlines.rules.rule import Direction, Nature, Rule, Trigger, Unit

__all__ = ["RULES", "Direction", "Nature", "Rule", "Trigger", "Unit"]

RULES: dict[str, Rule] = {
    rule.id: rule for rule in (*MEDIATION_RULES, *ENFORCEMENT_RULES, *ARBITRATION_RULES, *INJURY_RULES)
}
