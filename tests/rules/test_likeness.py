"""When two records may be one, and what is said about it."""

from uuid import uuid4

import pytest

from app.accounts.likeness import (
    REASONS,
    OrganizationFacts,
    PersonFacts,
    digits,
    facts_digest,
    host,
    judge_organizations,
    judge_people,
    mailbox,
    organization_keys,
    person_keys,
)


def person(name: str, *, email: str | None = None, **facts) -> PersonFacts:
    return PersonFacts(uuid4(), (name,), email or f"{uuid4()}@example.org", **facts)


def place(name: str, country: str = "JP", website: str = "") -> OrganizationFacts:
    return OrganizationFacts(uuid4(), name, country, website)


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ("Aiko Tanaka", "TANAKA Aiko", "other_order"),
        ("Aiko Tanaka", "aiko  tanaka", "same_name"),
        ("Mohammed Al Mazrouei", "محمد المزروعي", "other_spelling"),
        ("Сергей Иванов", "Sergey Ivanov", "other_spelling"),
        ("田中愛子", "田中 愛子", "other_spelling"),
        ("Jean-Pierre Dupont", "Jean Pierre Dupond", "similar_name"),
    ],
)
def test_a_name_in_another_order_script_or_spelling_is_the_same_name(one, other, how):
    facts = {"birth_years": (1980,), "citizenships": ("FR",)}
    judged = judge_people(person(one, **facts), person(other, **facts))
    assert judged is not None
    assert how in judged.reasons
    assert "same_birth_year" in judged.reasons
    assert person_keys(person(one, **facts)) & person_keys(person(other, **facts)), "they would never be compared"


def test_a_name_alone_makes_nobody_the_same_person():
    assert judge_people(person("Aiko Tanaka"), person("Aiko Tanaka")) is None
    born = judge_people(person("Aiko Tanaka", birth_years=(1980,)), person("Aiko Tanaka", birth_years=(1991,)))
    assert born is None, "people of different years are different people"
    father_and_son = [person("Aiko Tanaka", birth_years=(year,), organizations=("kibo",)) for year in (1950, 1980)]
    assert judge_people(*father_and_son) is None


def test_colleagues_with_one_family_name_are_not_the_same_person():
    at_kibo = {"organizations": ("kibo",)}
    assert judge_people(person("Aiko Tanaka", **at_kibo), person("Haruto Tanaka", **at_kibo)) is None
    assert judge_people(person("Li Na", **at_kibo), person("Li Nan", **at_kibo)) is None


def test_one_mailbox_written_in_two_ways_is_one_person():
    judged = judge_people(person("Ada M", email="ada.m+leo@gmail.com"), person("A.", email="adam@googlemail.com"))
    assert judged is not None
    assert judged.reasons[0] == "same_mailbox"
    assert judged.score >= 95
    assert mailbox("Ada.M@house.example") == "ada.m@house.example", "dots mean something elsewhere"


def test_one_telephone_makes_similar_names_one_person_but_not_different_ones():
    phone = {"phones": ("+81 3 1234 5678",)}
    assert judge_people(person("Aiko Tanaka", **phone), person("A. Tanaka", phones=("03-1234-5678",))) is not None
    assert judge_people(person("Aiko Tanaka", **phone), person("Noor Haddad", **phone)) is None
    assert digits("12345") == ""


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (place("Kibo Trading"), place("Kibo Trading Co., Ltd."), "same_name"),
        (place("Kibo Trading"), place("KIBO TRADING K.K."), "same_name"),
        (place("Kibo", website="https://www.kibo.example/en"), place("Kibo Trading", website="kibo.example"),
         "same_website"),
        (place("European Orbital Logistics Agency", "FR"), place("EOLA", "FR"), "short_form"),
        (place("Роскосмос", "KZ"), place("Roskosmos", "KZ"), "other_spelling"),
    ],
)  # fmt: skip
def test_organizations_are_compared_without_legal_form_script_and_www(one, other, reason):
    judged = judge_organizations(one, other)
    assert judged is not None
    assert reason in judged.reasons
    assert organization_keys(one) & organization_keys(other), "they would never be compared"


def test_organizations_that_share_common_words_or_a_number_are_different():
    assert judge_organizations(place("Kibo Space Systems"), place("Hoshi Space Systems")) is None
    assert judge_organizations(place("Deutsche Orbital 17", "DE"), place("Deutsche Orbital 18", "DE")) is None
    assert judge_organizations(place("Kibo Trading", "JP"), place("Kibo Logistics", "FR")) is None
    assert host("https://www.linkedin.com/company/kibo") == "", "many share that host"


def test_the_same_name_in_another_country_is_worth_a_look_and_says_so():
    judged = judge_organizations(place("Kibo Trading", "JP"), place("Kibo Trading", "FR"))
    assert judged is not None
    assert "other_country" in judged.reasons


def test_every_reason_has_words_and_the_digest_changes_only_with_a_fact():
    one, other = person("Aiko Tanaka", birth_years=(1980,)), person("Aiko Tanaka", birth_years=(1980,))
    judged = judge_people(one, other)
    assert judged is not None
    assert set(judged.reasons) <= set(REASONS)
    assert facts_digest(one, other) == facts_digest(other, one)
    changed = PersonFacts(one.id, ("Aiko Mori",), one.email, birth_years=(1980,))
    assert facts_digest(changed, other) != facts_digest(one, other)
