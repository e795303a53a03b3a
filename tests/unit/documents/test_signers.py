"""Who signs a paper: the places of its form, filled from the facts it was made of."""

from mediation.documents import registry
from mediation.documents.facts import ORGANISATION, PERSON, CaseFacts, PartyFacts, RepresentativeFacts, snapshot
from mediation.documents.labels import CAPACITIES
from mediation.documents.signing.signers import OTHER, places

SETTLES = ("承认、放弃、变更请求", "进行和解、调解")
WORKER = PartyFacts(
    "applicant",
    PERSON,
    "周明远",
    key="1",
    representatives=(
        RepresentativeFacts("甲代理", key="11"),
        RepresentativeFacts("乙代理", key="12", powers=SETTLES),
        RepresentativeFacts("丙代理", key="13", powers=("代收款项",)),
    ),
)
OUTLET = PartyFacts("respondent", ORGANISATION, "某网点", key="2", legal_representative="吴立")
HEAD = PartyFacts("respondent", ORGANISATION, "某总部", key="3")
FACTS = CaseFacts(
    "2026-000001", "某调委会", "labour", parties=(WORKER, OUTLET, HEAD), mediators=("何清",), recorder="沈知言"
)


def found(code: str, subject: str = "", facts: CaseFacts = FACTS):
    return places(registry.get(code).spec, subject, snapshot(facts))


def test_every_party_the_mediator_and_the_recorder_sign_an_agreement():
    assert [(one.key, one.holder, one.party_id) for one in found("D13")] == [
        ("applicant:1", "周明远", 1),
        ("respondent:2", "某网点", 2),
        ("respondent:3", "某总部", 3),
        ("mediator:1", "何清", None),
        ("recorder", "沈知言", None),
    ]


def test_an_agent_signs_an_agreement_only_with_the_power_to_settle():
    worker, *_others = found("D13")
    assert [one.name for one in worker.signers] == ["周明远", "乙代理"]
    record, *_others = found("D11")
    assert [one.name for one in record.signers] == ["周明远", "甲代理", "乙代理", "丙代理"]


def test_for_an_organisation_its_head_signs_or_somebody_whose_name_is_typed():
    _worker, outlet, head, *_staff = found("D13")
    assert [(one.key, one.name) for one in outlet.signers] == [("head", "吴立"), (OTHER, "")]
    assert [(one.key, one.name) for one in head.signers] == [(OTHER, "")]


def test_a_paper_made_of_one_party_is_signed_by_that_party():
    assert [one.holder for one in found("D04", "3")] == ["某总部"]
    (principal,) = found("D07", "12")
    assert [one.name for one in principal.signers] == ["周明远"]


def test_every_form_names_its_signers_in_words():
    for spec in registry.all_specs():
        keys = [one.key for one in found(spec.code)]
        assert len(keys) == len(set(keys)), spec.code
        assert all(len(key) <= 40 for key in keys)
        assert set(spec.signed_by) <= CAPACITIES.keys(), spec.code
