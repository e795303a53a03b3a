"""What can be done with companies. Features above subscribe with ``on_tree_change`` and ``follow_merges``."""

from mediation.companies.queries import conflicts_for
from mediation.companies.service.clients import declare_client, end_client
from mediation.companies.service.followers import follow_merges, follow_merges_with, on_tree_change
from mediation.companies.service.headcounts import (
    CORRECTION,
    FAULTY,
    KNOWN,
    NEW,
    HeadcountPreview,
    import_headcounts,
    preview_headcounts,
    record_headcount,
    record_headcounts,
    remove_headcount,
)
from mediation.companies.service.merging import UNDO_PERIOD, merge, undo_merge
from mediation.companies.service.upkeep import (
    add_alias,
    change_company,
    create_company,
    move,
    name_at_intake,
    remove_alias,
)

__all__ = [
    "CORRECTION",
    "FAULTY",
    "KNOWN",
    "NEW",
    "UNDO_PERIOD",
    "HeadcountPreview",
    "add_alias",
    "change_company",
    "conflicts_for",
    "create_company",
    "declare_client",
    "end_client",
    "follow_merges",
    "follow_merges_with",
    "import_headcounts",
    "merge",
    "move",
    "name_at_intake",
    "on_tree_change",
    "preview_headcounts",
    "record_headcount",
    "record_headcounts",
    "remove_alias",
    "remove_headcount",
    "undo_merge",
]
