"""Which procedure governs a dispute (law.md 1.1): a proposal with its reason, for a person to confirm. Pure."""

from __future__ import annotations

from mediation.cases.lifecycle import Track

LABOUR_CAUSES = frozenset({"wage", "contract", "leave", "injury", "social_insurance"})
CIVIL_CAUSES = frozenset({"freight", "insurance", "deposit_lease", "other"})


def propose(relationship: str, category_code: str) -> tuple[Track, str]:
    """The proposed track and the code of its reason (worded in ``labels.TRACK_REASONS``).

    ``relationship`` is employment, quasi, self_run or undetermined (Doc 56); the main cause is the first part of the
    category code.
    """
    cause = category_code.split(".")[0]
    if cause == "public_order":
        return Track.POLICE, "public_order"
    if cause == "traffic":
        return Track.TRAFFIC, "traffic"
    if category_code == "injury.recognition":
        return Track.REFERRAL, "injury_recognition"
    if cause == "social_insurance" and relationship in ("employment", "undetermined"):
        return Track.REFERRAL, "social_insurance"
    if relationship == "employment":
        return (Track.LABOUR, "employment") if cause not in CIVIL_CAUSES else (Track.PEOPLES, "civil_claim")
    if relationship == "quasi":
        return Track.NEW_FORM, "quasi"
    if relationship == "self_run":
        return Track.PEOPLES, "self_run"
    if cause == "new_form":
        return Track.NEW_FORM, "platform_cause"
    if cause in LABOUR_CAUSES:
        return Track.LABOUR, "labour_cause"
    return Track.PEOPLES, "civil_cause"
