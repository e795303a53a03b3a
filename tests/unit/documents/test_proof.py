"""The code on a paper: what it says, and that nothing of it can be changed."""

from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from mediation.documents.facts import digest
from mediation.documents.proof import codes
from mediation.documents.proof.claims import claims_of
from tests.unit.documents import samples

SEED, OTHER = b"\x01" * 32, b"\x02" * 32
NUMBER = "沪快调协〔2026〕第8号"


def published(*seeds: bytes) -> dict[str, bytes]:
    keys = [Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw() for seed in seeds]
    return {codes.key_id_of(key): key for key in keys}


@pytest.fixture(scope="module")
def claims():
    return claims_of(samples.WAGES.issued_as(NUMBER, date(2026, 3, 9)), title="调解协议书", number=NUMBER)


def test_the_claims_are_the_facts_that_matter(claims):
    facts = samples.WAGES.issued_as(NUMBER, date(2026, 3, 9))
    assert (claims["n"], claims["t"], claims["d"]) == (NUMBER, "调解协议书", "2026-03-09")
    assert claims["p"][0] == ["申请人", "周明远"]
    assert ["协议金额", 1_665_000] in claims["s"]
    assert ["第2期", "2026-04-10"] in claims["y"]
    assert claims["h"] == digest(facts)
    assert "m" not in claims


def test_of_many_parties_the_rest_are_counted():
    facts = samples.sorters(14).issued_as(NUMBER, date(2026, 3, 9))
    claims = claims_of(facts, title="调解协议书", number=NUMBER)
    assert len(claims["p"]) + claims["m"] == len(facts.parties)
    assert len(codes.sign(claims, SEED)) < 1200


def test_a_good_code_gives_its_claims_back(claims):
    code = codes.sign(claims, SEED)
    assert codes.sign(claims, SEED) == code
    proof = codes.check(code, published(SEED, OTHER))
    assert proof.claims == claims
    assert proof.key_id in published(SEED)


def test_one_changed_character_fails_wherever_it_stands(claims):
    code = codes.sign(claims, SEED)
    keys = published(SEED)
    for at, old in enumerate(code):
        new = "A" if old != "A" else "B"
        damaged = code[:at] + new + code[at + 1 :]
        # The last character of a signature holds two bits that say nothing: another spelling of the same bytes.
        if at == len(code) - 1:
            continue
        with pytest.raises(codes.BadCode):
            codes.check(damaged, keys)


def test_a_changed_sum_cannot_be_signed_again_without_the_key(claims):
    forged = codes.sign({**claims, "s": [["协议金额", 9_999_999]]}, OTHER)
    with pytest.raises(codes.BadCode, match="key"):
        codes.check(forged, published(SEED))
    theirs = forged.split(".")
    ours = codes.sign(claims, SEED).split(".")
    with pytest.raises(codes.BadCode, match="signature"):
        codes.check(".".join([ours[0], ours[1], theirs[2], ours[3]]), published(SEED))


@pytest.mark.parametrize("text", ["", "MDP1", "MDP1.00000000.x.y", "MDP2" + "." * 3, "沪快调协〔2026〕第8号"])
def test_what_is_no_code_is_called_so(text):
    with pytest.raises(codes.BadCode, match="form"):
        codes.check(text, published(SEED))


def test_a_code_is_found_in_an_address_and_in_a_file(claims):
    code = codes.sign(claims, SEED)
    assert codes.find(f"https://tiaojie.example.cn/verify#{code}\n{code}".encode()) == [code]
    assert codes.find(b"%PDF-1.7 nothing here") == []
