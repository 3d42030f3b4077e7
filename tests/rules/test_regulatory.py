"""What the policy steps say, each expectation derived by hand from the facts and the order of checks."""

import pytest

from app.regulatory import rules
from app.regulatory.facts import CountryRow, PolicyStep
from app.regulatory.standing import standing
from app.regulatory.states import Outcome, Participation, Stage, Tier
from tests.conftest import NOON
from tests.factories import regulatory as make
from tests.factories.policy import shipped_book

STATION = [
    "ear_9x515", "ear_sta", "ear_deemed_export", "itar_usml_xv", "cfius_tid_mandatory", "commercial_station_waiver_gap",
    "fcc_space_licence", "osc_novel_activities", "faa_launch_reentry",
]  # fmt: skip
REENTRY = [
    "ear_9x515", "mtcr", "faa_launch_reentry", "faa_cross_waiver", "tsa", "cbp_import", "cfius_tid_mandatory",
    "fcc_space_licence",
]  # fmt: skip
PROGRAMME = ["framework_agreement", "artemis_accords", "wolf_amendment", "ear_9x515"]
ISS_LAB = ["ear_9a004_iss", "ear_deemed_export", "iss_cross_waiver", "cbp_import"]

P = Participation
CLEAR, STEP, AUTH = Outcome.CLEAR, Outcome.CLEAR_WITH_STEP, Outcome.NEEDS_AUTHORIZATION
GOV, ASK, DENIED, REFUSED = (
    Outcome.NEEDS_GOVERNMENT_ACTION, Outcome.ASK_A_PERSON, Outcome.PRESUMED_DENIED, Outcome.REFUSED,
)  # fmt: skip


def steps(iso2: str, topics: list[str], kind: Participation | None) -> list[PolicyStep]:
    return steps_of(make.country(iso2), topics, kind)


def steps_of(country: CountryRow, topics: list[str], kind: Participation | None) -> list[PolicyStep]:
    return rules.steps(shipped_book(), country, topics, kind, on=NOON.date())


def outcomes(iso2: str, topics: list[str], kind: Participation | None) -> dict[str, Outcome]:
    return {step.topic_key: step.outcome for step in steps(iso2, topics, kind)}


# One line per (country, entry, participation, topic): what is expected, None when the step must not be there.
EXPECTED: list[tuple[str, list[str], Participation, str, Outcome | None]] = [
    # Japan: allied, parts freer, STA; nothing excepted at CFIUS; framework 2023; no safeguards agreement found.
    ("JP", STATION, P.HARDWARE, "ear_oct2024_space_rules", STEP),
    ("JP", STATION, P.HARDWARE, "ear_9x515", AUTH),
    ("JP", STATION, P.HARDWARE, "ear_sta", STEP),
    ("JP", STATION, P.HARDWARE, "itar_usml_xv", AUTH),
    ("JP", STATION, P.HARDWARE, "itar_126_7_aukus", None),
    ("JP", STATION, P.HARDWARE, "cfius_tid_mandatory", None),
    ("JP", STATION, P.EQUITY, "cfius_tid_mandatory", AUTH),
    ("JP", STATION, P.EQUITY, "cfius_excepted", None),
    ("JP", STATION, P.EQUITY, "cfius_voluntary", None),
    ("JP", STATION, P.EQUITY, "ear_9x515", None),
    ("JP", STATION, P.EQUITY, "ear_deemed_export", AUTH),
    ("JP", STATION, P.SEAT, "faa_launch_reentry", AUTH),
    ("JP", REENTRY, P.LANDING_SITE, "tsa", GOV),
    ("JP", REENTRY, P.PAYLOAD, "tsa", None),
    ("JP", PROGRAMME, P.HARDWARE, "framework_agreement", CLEAR),
    ("JP", ISS_LAB, P.PAYLOAD, "ear_9a004_iss", STEP),
    # New Zealand: excepted at CFIUS, yet not licence-free for 9x515; safeguards agreement of 2016.
    ("NZ", STATION, P.EQUITY, "cfius_excepted", STEP),
    ("NZ", STATION, P.EQUITY, "cfius_tid_mandatory", AUTH),
    ("NZ", STATION, P.EQUITY, "cfius_voluntary", STEP),
    ("NZ", STATION, P.HARDWARE, "ear_9x515", AUTH),
    ("NZ", STATION, P.HARDWARE, "ear_sta", STEP),
    ("NZ", STATION, P.HARDWARE, "itar_126_7_aukus", None),
    ("NZ", REENTRY, P.LANDING_SITE, "tsa", STEP),
    ("NZ", REENTRY, P.LANDING_SITE, "mtcr", AUTH),
    # Australia: licence-free for most 9x515, AUKUS exemption, excepted investor.
    ("AU", STATION, P.HARDWARE, "ear_oct2024_space_rules", CLEAR),
    ("AU", STATION, P.HARDWARE, "ear_9x515", STEP),
    ("AU", STATION, P.HARDWARE, "ear_sta", None),
    ("AU", STATION, P.HARDWARE, "itar_usml_xv", AUTH),
    ("AU", STATION, P.HARDWARE, "itar_126_7_aukus", STEP),
    ("AU", STATION, P.EQUITY, "cfius_excepted", STEP),
    ("AU", REENTRY, P.LANDING_SITE, "tsa", STEP),
    # Canada: licence-free and excepted, but no AUKUS exemption and a safeguards agreement only pending.
    ("CA", STATION, P.HARDWARE, "ear_9x515", STEP),
    ("CA", STATION, P.HARDWARE, "itar_126_7_aukus", None),
    ("CA", REENTRY, P.LANDING_SITE, "tsa", GOV),
    ("CA", STATION, P.EQUITY, "cfius_excepted", STEP),
    # India: MTCR partner and A:5, payload-only safeguards agreement.
    ("IN", STATION, P.HARDWARE, "ear_sta", STEP),
    ("IN", STATION, P.HARDWARE, "ear_9x515", AUTH),
    ("IN", REENTRY, P.LANDING_SITE, "tsa", GOV),
    ("IN", REENTRY, P.HARDWARE, "mtcr", AUTH),
    ("IN", STATION, P.EQUITY, "cfius_excepted", None),
    ("IN", PROGRAMME, P.HARDWARE, "framework_agreement", CLEAR),
    # Mexico: parts freer without STA, not in MTCR, no agreements found.
    ("MX", STATION, P.HARDWARE, "ear_oct2024_space_rules", AUTH),
    ("MX", STATION, P.HARDWARE, "ear_9x515", AUTH),
    ("MX", STATION, P.HARDWARE, "ear_sta", None),
    ("MX", ISS_LAB, P.PAYLOAD, "ear_9a004_iss", STEP),
    ("MX", PROGRAMME, P.HARDWARE, "framework_agreement", GOV),
    # South Africa: like Mexico in tier, but an MTCR partner.
    ("ZA", STATION, P.HARDWARE, "ear_sta", None),
    ("ZA", REENTRY, P.HARDWARE, "mtcr", AUTH),
    # United Arab Emirates: A:5 since July 2026, yet STA for approved entities only; NS2 mark remains.
    ("AE", STATION, P.HARDWARE, "ear_sta", AUTH),
    ("AE", STATION, P.HARDWARE, "ear_oct2024_space_rules", AUTH),
    ("AE", STATION, P.HARDWARE, "ear_end_use_744", None),
    ("AE", ISS_LAB, P.PAYLOAD, "ear_9a004_iss", AUTH),
    ("AE", STATION, P.EQUITY, "cfius_excepted", None),
    ("AE", PROGRAMME, P.HARDWARE, "framework_agreement", CLEAR),
    # Cyprus: a suspension that ended unless renewed; A:6 gives no STA for 9A515.
    ("CY", STATION, P.HARDWARE, "itar_126_1", DENIED),
    ("CY", ISS_LAB, P.PAYLOAD, "ear_9a004_iss", AUTH),
    ("CY", ISS_LAB, P.PAYLOAD, "itar_126_1", DENIED),
    ("CY", STATION, P.EQUITY, "cfius_tid_mandatory", AUTH),
    ("CY", ["ear_9x515", "ear_sta"], P.HARDWARE, "ear_sta", None),
    # Ethiopia: some end users only.
    ("ET", STATION, P.HARDWARE, "itar_126_1", ASK),
    ("ET", STATION, P.HARDWARE, "itar_usml_xv", ASK),
    # Russia: ISS and MTCR partner, and still under the policy of denial.
    ("RU", ISS_LAB, P.PAYLOAD, "ear_d5_policy", DENIED),
    ("RU", ISS_LAB, P.PAYLOAD, "iss_cross_waiver", None),
    ("RU", REENTRY, P.LANDING_SITE, "mtcr", None),
    # Hong Kong: no row of its own, treated as China for licensing.
    ("HK", STATION, P.HARDWARE, "ear_d5_policy", DENIED),
    ("HK", PROGRAMME, P.EQUITY, "wolf_amendment", ASK),
    ("CN", PROGRAMME, P.EQUITY, "wolf_amendment", REFUSED),
    ("JP", PROGRAMME, P.EQUITY, "wolf_amendment", None),
    # Iran: embargo.
    ("IR", STATION, P.EQUITY, "ear_embargo_e", REFUSED),
    ("CU", STATION, P.SERVICES, "ear_embargo_e", REFUSED),
    # Territories without a row: ask; nothing is inherited from the parent state.
    ("BM", STATION, P.HARDWARE, "ear_oct2024_space_rules", ASK),
    ("BM", STATION, P.HARDWARE, "ear_9x515", ASK),
    ("BM", STATION, P.EQUITY, "cfius_excepted", None),
    ("BM", STATION, P.EQUITY, "ear_deemed_export", ASK),
    ("GL", ISS_LAB, P.PAYLOAD, "ear_9a004_iss", ASK),
    ("TW", STATION, P.HARDWARE, "cfius_tid_mandatory", None),
    # Norway and Sweden: signed, but in force was not read. Brazil and the United Kingdom: agreements stand.
    ("NO", REENTRY, P.LANDING_SITE, "tsa", ASK),
    ("SE", REENTRY, P.LANDING_SITE, "tsa", ASK),
    ("BR", REENTRY, P.LANDING_SITE, "tsa", STEP),
    ("GB", REENTRY, P.LANDING_SITE, "tsa", STEP),
    ("GB", STATION, P.HARDWARE, "itar_126_7_aukus", STEP),
    # A country in a group D outside D:5 states its end use.
    ("SA", STATION, P.HARDWARE, "ear_end_use_744", STEP),
    ("SA", STATION, P.EQUITY, "ear_end_use_744", None),
    ("SA", STATION, P.HARDWARE, "ear_9x515", AUTH),
    # The United States: nothing is exported and no foreign investment is reviewed.
    ("US", STATION, P.HARDWARE, "ear_9x515", CLEAR),
    ("US", STATION, P.EQUITY, "cfius_tid_mandatory", None),
    ("US", STATION, P.EQUITY, "visa_entry", None),
    ("PR", STATION, P.HARDWARE, "itar_usml_xv", CLEAR),
]  # fmt: skip


@pytest.mark.parametrize(("iso2", "topics", "kind", "topic", "expected"), EXPECTED)
def test_a_pair_is_told_what_its_own_regimes_say(iso2, topics, kind, topic, expected):
    assert outcomes(iso2, topics, kind).get(topic) is expected


def test_every_pair_starts_with_who_the_parties_are():
    for iso2 in ("JP", "IR", "BM", "US"):
        first = steps(iso2, STATION, P.PAYLOAD)[0]
        assert (first.topic_key, first.stage, first.order) == ("consolidated_screening_list", Stage.PARTY, 1)


def test_steps_come_in_the_order_of_checks_and_are_numbered():
    for iso2 in ("JP", "NZ", "MX", "BM", "SA", "US"):
        found = steps(iso2, STATION + REENTRY + PROGRAMME + ISS_LAB, None)
        stages = [list(Stage).index(step.stage) for step in found]
        assert stages == sorted(stages)
        assert [step.order for step in found] == list(range(1, len(found) + 1))


def test_an_embargoed_country_is_refused_and_nothing_follows():
    found = steps("IR", STATION, P.EQUITY)
    assert [step.topic_key for step in found] == ["consolidated_screening_list", "ear_embargo_e"]
    assert found[-1].hard_stop
    assert found[-1].outcome_words == "Refused"


@pytest.mark.parametrize("kind", [P.HARDWARE, P.PAYLOAD, P.SEAT, P.LANDING_SITE, P.SERVICES, P.CAPACITY_PURCHASE])
@pytest.mark.parametrize("iso2", ["RU", "CN", "HK", "VE"])
def test_a_policy_of_denial_stops_hardware_and_technical_data(iso2, kind):
    last = steps(iso2, STATION, kind)[-1]
    assert (last.topic_key, last.outcome, last.hard_stop) == ("ear_d5_policy", Outcome.PRESUMED_DENIED, True)


@pytest.mark.parametrize("iso2", ["RU", "CN", "HK", "VE"])
def test_a_policy_of_denial_does_not_end_the_list_for_money_alone(iso2):
    found = steps(iso2, STATION, P.EQUITY)
    denial = next(step for step in found if step.topic_key == "ear_d5_policy")
    assert not denial.hard_stop
    assert "cfius_tid_mandatory" in [step.topic_key for step in found]


def test_an_unstated_participation_is_read_at_its_strictest():
    assert steps("CN", STATION, None)[-1].hard_stop
    assert {"cfius_tid_mandatory", "ear_9x515", "fcc_space_licence"} <= set(outcomes("JP", STATION, None))


def test_cyprus_stops_where_itar_items_flow_and_goes_on_where_none_do():
    assert steps("CY", STATION, P.HARDWARE)[-1].topic_key == "itar_126_1"
    assert not any(step.hard_stop for step in steps("CY", ISS_LAB, P.PAYLOAD))
    assert "2026-09-30" in next(s.why for s in steps("CY", STATION, P.HARDWARE) if s.topic_key == "itar_126_1")


def test_itar_denial_alone_does_not_deny_items_of_commerce():
    listed_in_one = make.invented(itar_126_1="y", ear_d5=False, tier=Tier.LICENSE)
    found = steps_of(listed_in_one, ["ear_9x515"], P.HARDWARE)
    by_topic = {step.topic_key: step for step in found}
    assert by_topic["ear_9x515"].outcome is Outcome.NEEDS_AUTHORIZATION
    assert not by_topic["itar_126_1"].hard_stop


@pytest.mark.parametrize("kind", [*Participation, None])
@pytest.mark.parametrize("topics", [STATION, REENTRY, ISS_LAB, PROGRAMME])
def test_artemis_signature_changes_nothing(kind, topics):
    signed = make.invented(artemis_accords="2020-10-13")
    unsigned = make.invented(artemis_accords="")
    for one, other in zip(
        steps_of(signed, topics, kind),
        steps_of(unsigned, topics, kind),
        strict=True,
    ):
        assert (one.topic_key, one.outcome, one.hard_stop) == (other.topic_key, other.outcome, other.hard_stop)


@pytest.mark.parametrize(
    "fact",
    [
        {"mtcr_member": True}, {"cfius_excepted": True}, {"us_tsa": "y"}, {"us_framework_agreement": True},
        {"iss_partner": "y:partner"}, {"esa_member": "member"}, {"artemis_accords": "2024-01-01"},
    ],
)  # fmt: skip
def test_no_other_regime_frees_an_export(fact):
    topics = ["ear_9x515", "ear_sta", "ear_deemed_export", "itar_usml_xv", "ear_9a004_iss"]
    export = {"ear_oct2024_space_rules", *topics}
    plain = steps_of(make.invented(), topics, P.HARDWARE)
    other = steps_of(make.invented(**fact), topics, P.HARDWARE)
    assert [(s.topic_key, s.outcome) for s in plain if s.topic_key in export] == [
        (s.topic_key, s.outcome) for s in other if s.topic_key in export
    ]


def test_a_territory_that_must_be_confirmed_never_gets_a_clear_export_answer():
    for tier_row in make.shipped("countries").rows.values():
        if tier_row["tier"] == Tier.CONFIRM:
            found = outcomes(tier_row["iso2"], ["ear_9x515", "ear_9a004_iss"], P.HARDWARE)
            assert (
                found["ear_9x515"] is found["ear_9a004_iss"] is found["ear_oct2024_space_rules"] is Outcome.ASK_A_PERSON
            )


def test_every_loaded_topic_has_a_place_in_the_order_and_every_place_a_topic():
    assert {rule.topic for rule in shipped_book().rules} == set(make.topics())
    assert len(shipped_book().rules) == len(make.topics()) == 44


def test_all_countries_and_kinds_get_an_answer_with_its_source_and_verification():
    for iso2 in make.shipped("countries").rows:
        for kind in (*Participation, None):
            for step in steps(iso2, STATION, kind):
                assert step.why
                assert step.source
                assert step.verification
                assert step.lead_time_words


def test_an_unknown_topic_is_left_out_and_never_guessed():
    assert "not_a_topic" not in outcomes("JP", ["not_a_topic"], P.HARDWARE)


def test_lead_times_say_what_the_figure_rests_on():
    words = {rule.topic: rules.lead_time_words(rule.lead) for rule in shipped_book().rules}
    assert words["cfius_tid_mandatory"].startswith("30 days (from the source)")
    assert words["commercial_station_waiver_gap"].startswith("30 to 120 days (our planning allowance)")
    assert words["faa_launch_reentry"].startswith("180 to 540 days (partly not verified)")
    assert words["noaa_crsra"].startswith("Up to 60 days (from the source)")
    assert words["tsa"].startswith("180 days or more (our planning allowance)")
    assert words["artemis_accords"].startswith("No waiting time")
    assert words["ear_d5_policy"] == "Not applicable"
    assert "source=unverified" not in " ".join(words.values())


def test_a_countrys_standing_names_each_regime_apart():
    regimes = {regime.topic_key: regime for regime in standing(make.country("NZ"))}
    assert regimes["cfius_excepted"].status == "Excepted foreign state"
    assert regimes["ear_oct2024_space_rules"].status == "Parts freer, and exception STA"
    assert regimes["tsa"].status == "Signed or in force"
    assert regimes["artemis_accords"].changes == "Nothing here: it is shown for information."
    assert "ear_d5_policy" not in regimes


def test_every_country_has_a_standing_whose_topics_exist():
    for iso2 in make.shipped("countries").rows:
        found = standing(make.country(iso2))
        assert len(found) >= 4
        assert {regime.topic_key for regime in found} <= set(make.topics())
