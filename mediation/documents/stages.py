"""At which stages of a case the forms are made: sets of states (law.md 8.1), as plain words of the life cycle."""

BEFORE_ACCEPTANCE = frozenset({"received", "consent_inquiry"})
IN_MEDIATION = frozenset({"accepted", "mediating", "extended"})
ENDED_WITHOUT = frozenset({"failed", "withdrawn", "terminated"})
AFTER_AGREEMENT = frozenset({"agreed", "performing", "performed", "defaulted", "enforcing"})
OPEN = BEFORE_ACCEPTANCE | IN_MEDIATION | ENDED_WITHOUT | AFTER_AGREEMENT | {"not_accepted", "referred"}
# Nothing is made for an archived file: it is opened again first.
CLOSED = frozenset({"closed"})
ALWAYS = OPEN | CLOSED
TO_BE_CLOSED = ENDED_WITHOUT | {"not_accepted", "referred", "agreed", "performing", "performed", "enforcing", "closed"}
