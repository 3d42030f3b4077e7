"""Search, filters and suggestions: the same on both databases, true, kept in step, and never above a reader's tier."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, event, select, text

from app.core import clock
from app.core.access import Role
from app.directory import queries, rules, services
from app.directory.index_models import IndexMark, IndexRow, KnownWord, SearchText
from app.directory.models import Entry
from app.directory.queries import Filters, Sort
from app.directory.queries.content import content_of
from app.directory.rules import asking
from app.directory.rules.filters import BY_NAME, FILTERED, NOT_STATED
from app.directory.rules.indexing import found_by
from app.directory.services.index import index
from app.directory.states import Category, EntryState, ExportClass, Orbit, Platform, Sought, StageGroup, Tier
from app.regulatory.states import Opening
from tests.factories import accounts as people
from tests.factories import directory as make

MARK = "Qvorzel"
NAMES = ["Haven-1 Lab", "Starlab", "Axiom Station", "Étoile Nord", "Orbital Reef", "有人 Platform", "Станция Мир-3",
         "Star Labs", "Station Services", "The Lab's Return"]  # fmt: skip
WORDS = ["station", "stations", "lab", "labs", "research facilities", "crew", "vast", "cargo", "return capsule",
         "microgravity", "Japan's", "Tokyo", "U.S.", "module 2", "free-flying", "reentry"]  # fmt: skip
STORED = st.characters(exclude_characters="\0", exclude_categories=["Cs"])  # what a form lets through to a column
QUERIES = ["station", "stations lab", "star", "starlab", '"free flying"', "lab -return", "haven-1", "etoile", "youren",
           "stantsiya", "japan", "texas", "facility", '-"return capsule" crew', "ret", "u.s.", "vast cargo", "-lab",
           "module 2", "2", "statoin", "%", '"', "'"]  # fmt: skip


def entries_of(draw: random.Random, count: int):
    """Contents of made-up entries that differ in everything entries are found by."""
    for number in range(count):
        kinds = draw.sample([kind.value for kind in Sought], draw.randint(0, 3))
        yield {
            "name": f"{draw.choice(NAMES)} {draw.choice(['', number])}".strip(),
            "lead_company": f"{draw.choice(['Vast', 'Orbital Works', 'Zenit Lab'])}",
            "summary": " ".join(draw.choices(WORDS, k=draw.randint(0, 8))),
            "stage": " ".join(draw.choices(WORDS, k=3)),
            "us_state": draw.choice(["", "TX", "CA"]),
            "category": draw.choice(list(Category)).value,
            "stage_group": draw.choice(list(StageGroup)).value,
            "openings": draw.sample([one.value for one in Opening], draw.randint(0, 3)),
            "partner_countries": draw.sample(["JP", "DE", "FR", "AE"], draw.randint(0, 2)),
            "platform": draw.choice(["", *Platform]), "orbit": draw.choice(["", *Orbit]),
            "export_class": draw.choice(["", *ExportClass]),
            "target_first_launch": draw.choice(["", "2028", "2027 to 2030", "late 2020s"]),
            "as_of": draw.choice(["", "2026", "2026-02-12"]),
            "milestones": [],
            "seeking": make.seeking(*kinds, band=draw.choice([None, "under_1m", "over_250m"])) if kinds else [],
        }  # fmt: skip


def directory(session, count=30, seed=1):
    draw, company = random.Random(seed), people.company(session)
    for number, content in enumerate(entries_of(draw, count)):
        state = draw.choice([EntryState.UNCLAIMED, EntryState.PUBLISHED])
        made = make.entry(session, state=state, organization=company if state is EntryState.PUBLISHED else None,
                          key=f"made-{number}", **content)  # fmt: skip
        if made.confirmed_at:
            made.confirmed_at -= timedelta(days=draw.choice([0, 40, 100, 300, 500]))
            index(session, made)
    session.flush()


def keys(session, typed, tier=Tier.PUBLIC, **asked):
    page = queries.explore(session, Filters(search=typed), tier=tier, size=100, **asked).page
    return [row.key for row in page.items]


def answers(found, typed):
    """Say in plain Python whether an entry answers a search, and how well: what both databases have to agree with."""
    query = asking.read_query(typed)
    held, total = f" {found.words} ", 0
    whole = " ".join(word for term in query.wanted for word in term.words)
    total += 100 if found.name == whole else 0
    for term in query.terms:
        pattern = f" {' '.join(term.words)}{'' if term.begins else ' '}"
        if (pattern in held) is term.unwanted:
            return None
        if not term.unwanted:
            places = ((found.name, 8), (found.company, 4), (found.summary, 2))
            total += next((weight for words, weight in places if pattern in f" {words} "), 1)
    return total


def expected(session, typed, tier=Tier.PUBLIC):
    """Return the keys of what answers, best first, by reading every entry."""
    ranked = []
    for entry in session.scalars(select(Entry).where(Entry.shown_since.is_not(None))):
        found = next(one for one in found_by(content_of(entry), confirmed_at=entry.confirmed_at) if one.tier is tier)
        weight = answers(found, typed)
        if weight is not None:
            by_weight = -weight if asking.read_query(typed).wanted else 0
            ranked.append((by_weight, entry.sort_name, entry.key))
    return [key for _, _, key in sorted(ranked)]


def test_both_databases_answer_as_a_reading_of_every_entry_does(session):
    directory(session)
    for typed in QUERIES:
        assert keys(session, typed, corrects=False) == expected(session, typed), typed
        assert keys(session, typed, Tier.VETTED, corrects=False) == expected(session, typed, Tier.VETTED), typed


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from([*WORDS, *NAMES, "st", "-lab", '"', "-", '"lab return"', "x" * 60]), max_size=6),
       st.text(max_size=20))  # fmt: skip
def test_generated_searches_find_the_same(session, parts, more):
    if session.scalar(select(IndexRow.id).limit(1)) is None:
        directory(session, 12, seed=2)
    for raw in (" ".join(parts), more, f"{' '.join(parts)} {more}"):
        typed = Filters.from_args(Typed(raw)).search
        assert keys(session, typed, corrects=False) == expected(session, typed)


class Typed:
    """An address with nothing but a search."""

    def __init__(self, typed):
        self.typed = typed

    def getlist(self, key):
        return [self.typed] if key == "q" else []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(STORED, max_size=60), st.text(STORED, max_size=120))
def test_text_of_any_script_is_found_by_each_of_its_words(session, name, summary):
    made = make.entry(session, name=f"N {name}".strip()[:200], summary=summary)
    found = found_by(content_of(made), confirmed_at=None)[0]
    for word in {word for word in found.words.split() if word != "|"}:
        assert made.key in [row.key for row in queries.entries(session, Filters(search=f'"{word}"'), size=100).items]
    session.execute(delete(SearchText))
    session.execute(delete(IndexRow))


@pytest.mark.parametrize("seed", range(4))
def test_counts_and_results_equal_a_count_by_hand_under_any_filters(session, seed):
    directory(session, 40, seed=seed)
    draw = random.Random(100 + seed)
    rows = []
    for entry in session.scalars(select(Entry)):
        by_tier = {one.tier: one for one in found_by(content_of(entry), confirmed_at=entry.confirmed_at)}
        rows.append((entry, by_tier))
    today = clock.now().date().toordinal()
    for _ in range(12):
        tier = draw.choice([Tier.PUBLIC, Tier.REGISTERED, Tier.VETTED])
        values = {}
        for name in draw.sample(FILTERED, draw.randint(0, 3)):
            known = BY_NAME[name].known
            pool = list(known) if isinstance(known, tuple) else ["JP", "DE", "TX", "USD", "2028", NOT_STATED]
            values[name] = BY_NAME[name].of(draw.sample(pool, min(len(pool), draw.randint(1, 3))))
        asked = replace(Filters(search=draw.choice(["", "", "lab"])), **values)
        found = queries.explore(session, asked, tier=tier, size=100)
        chosen = asked.for_tier(tier).chosen()
        tagged = []
        for entry, by_tier in rows:
            if asked.search and answers(by_tier[tier], asked.search) is None:
                continue
            tags = set(by_tier[tier].facets.split())
            day = by_tier[tier].confirmed_day
            tags |= {f"confirmed:{n}" for n in (30, 90, 180, 365) if day is not None and day >= today - n}
            tagged.append((entry, tags))

        def passes(tags, leave=None, chosen=chosen):
            return all(any(f"{n}:{v}" in tags for v in vs) for n, vs in chosen.items() if n != leave)

        assert {row.key for row in found.page.items} == {entry.key for entry, tags in tagged if passes(tags)}
        assert set(found.facets) == {name for name in FILTERED if BY_NAME[name].tier <= tier}
        for name, counts in found.facets.items():
            for one in counts:
                by_hand = sum(f"{name}:{one.value}" in tags and passes(tags, name) for _, tags in tagged)
                assert one.count == by_hand, (name, one)
        for way in found.loosened:
            assert way.count == queries.entries(session, way.filters, tier=tier).total


@pytest.mark.check("D5", "D6")
def test_nothing_above_a_readers_tier_is_found_counted_sorted_suggested_or_used_to_correct(session):
    plain = make.published(session, key="plain", name="Aaa Plain", seeking=make.seeking("equity"), contacts=[])
    secret = make.published(
        session, key="secret", name="Zzz Secret", organization=people.company(session, name="Second Works"),
        milestones=[{"id": "1", "name": f"{MARK}mile", "due": "2041", "done": "", "earlier": []}],
        partners=[{"name": f"{MARK}partner", "countries": [], "role": ""}], orbit="polar",
        seeking=[{"kind": "debt", "band": "over_250m", "currency": "CHF", "instrument": f"{MARK}note",
                  "terms": f"{MARK}terms"}],
        contacts=[{"name": f"{MARK}contact", "role": "", "email": ""}], export_class="mixed",
        export_words=f"{MARK}export", tiers={"milestones": "vetted", "partners": "nda", "orbit": "registered"},
    )  # fmt: skip
    hidden = make.entry(session, state=EntryState.DRAFT, key="hidden", name=f"{MARK}draft")
    assert (plain.shown_since, secret.shown_since, hidden.shown_since) == (clock.now(), clock.now(), None)
    least = {"mile": Tier.VETTED, "note": Tier.REGISTERED, "terms": Tier.VETTED, "contact": Tier.VETTED,
             "export": Tier.REGISTERED, "partner": None, "draft": None}  # fmt: skip
    for tier in (Tier.PUBLIC, Tier.REGISTERED, Tier.VETTED):
        for part, tier_needed in least.items():
            may = tier_needed is not None and tier >= tier_needed
            typed = f"{MARK}{part}"
            assert keys(session, typed, tier, corrects=False) == (["secret"] if may else []), (tier, part)
            misspelled = queries.explore(session, Filters(search=typed[:-1] + "q"), tier=tier)
            assert (typed.lower() in misspelled.filters.search) is may, (tier, part)
            assert not queries.suggestions(session, typed, tier=tier)
        counted = queries.facets(session, Filters(), tier=tier)
        stated = {name: {one.value for one in counts} for name, counts in counted.items()}
        assert ("polar" in stated["orbit"]) is (tier >= Tier.REGISTERED)
        assert ("2041" in stated["launch"]) is (tier >= Tier.VETTED)
        assert ("band" in stated, "currency" in stated, "export" in stated) == (tier >= Tier.REGISTERED,) * 3
        by_amount = queries.explore(session, Filters(), tier=tier, sort=Sort.AMOUNT)
        assert by_amount.page.items[0].key == ("secret" if tier >= Tier.REGISTERED else "plain")
        assert bool(by_amount.amounts) is (tier >= Tier.REGISTERED)
        by_band = queries.explore(session, Filters(band=("over_250m",)), tier=tier)
        assert by_band.page.total == (1 if tier >= Tier.REGISTERED else 2)


def test_amounts_are_put_in_order_within_each_currency_and_never_across(session):
    asked = {
        "small-yen": ("from_1m_to_10m", "JPY"), "large-euro": ("over_250m", "EUR"), "small-usd": ("under_1m", "USD"),
        "large-yen": ("over_250m", "JPY"), "large-usd": ("from_50m_to_250m", "USD"), "silent": ("undisclosed", "USD"),
        "nothing": (None, ""),
    }  # fmt: skip
    for key, (band, currency) in asked.items():
        make.entry(
            session, key=key, name=key,
            seeking=[{"kind": "debt", "band": band, "currency": currency, "instrument": "", "terms": ""}],
        )  # fmt: skip
    found = queries.explore(session, Filters(), tier=Tier.REGISTERED, sort=Sort.AMOUNT)
    assert [row.key for row in found.page.items] == [
        "large-usd", "small-usd", "large-euro", "large-yen", "small-yen", "silent", "nothing",
    ]  # fmt: skip


def test_a_misspelled_word_is_corrected_to_the_nearest_that_entries_hold(session):
    make.entry(session, key="one", name="Starlab", lead_company="Voyager", summary="A station with facilities")
    assert queries.explore(session, Filters(search="Statoin")).filters.search == "station"
    assert queries.explore(session, Filters(search="starlab statoin")).filters.search == "starlab station"
    assert keys(session, "Starlba") == ["one"]
    assert keys(session, "Starlba", corrects=False) == []
    assert queries.explore(session, Filters(search="zzzzzz statoin")).filters.search == "zzzzzz statoin"
    assert queries.explore(session, Filters(search="facilitys")).filters.search == "facilitys"
    assert keys(session, "facilitys") == ["one"]


def test_suggestions_are_entries_whose_name_or_company_begins_so(session):
    for number in range(12):
        make.entry(session, key=f"hav-{number}", name=f"Haven-{number}", lead_company="Vast")
    make.entry(session, key="other", name="Other", lead_company="Havelock", summary="haven")
    make.entry(session, key="text", name="Third", lead_company="Nobody", summary="haven")
    assert [one.key for one in queries.suggestions(session, "have")][:2] == ["hav-0", "hav-1"]
    assert len(queries.suggestions(session, "hav")) == 8
    assert [one.key for one in queries.suggestions(session, "havel")] == ["other"]
    assert [one.key for one in queries.suggestions(session, "vast haven-11")] == ["hav-11"]
    assert queries.suggestions(session, " -") == []


def snapshot(session):
    """Everything the index says, without the ids of its rows."""
    columns = [column for column in IndexRow.__table__.columns if column.name != "id"]
    texts = [SearchText.name, SearchText.company, SearchText.summary, SearchText.words]
    joined = select(*columns, *texts).join(SearchText, SearchText.id == IndexRow.id)
    rows = sorted(map(str, session.execute(joined)))
    words = session.execute(select(KnownWord.tier, KnownWord.word, KnownWord.entries))
    return rows, sorted(map(tuple, words))


def test_every_move_of_an_entry_leaves_the_index_as_a_rebuild_would(session):
    company = people.company(session)
    owner = people.member(session, organization=company, role=Role.COMPANY_OWNER).user_id
    reviewer = people.staff(session, Role.REVIEWER).id
    make.entry(session, name="Neighbour of many words", summary="station lab")
    shown = make.published(session, organization=company, summary="Words that only this entry has")
    ids = {"entry_id": shown.id, "now": clock.now()}

    def check():
        kept = snapshot(session)
        services.reindex(session)
        assert snapshot(session) == kept
        assert not services.is_outdated(session)

    check()
    services.confirm_entry(session, user_id=owner, **ids)
    check()
    services.edit_draft(session, user_id=owner, fields={"summary": "Other text"}, attestation=rules.ATTESTATION, **ids)
    check()
    services.submit_for_review(session, user_id=owner, **ids)
    services.publish(session, actor_id=reviewer, **ids)
    assert keys(session, '"other text"') == [shown.key]
    assert keys(session, "only", corrects=False) == []
    check()
    services.withdraw_entry(session, user_id=owner, **ids)
    assert keys(session, '"other text"', corrects=False) == []
    check()


def test_an_index_of_another_version_is_outdated_and_rebuilding_twice_changes_nothing(session):
    directory(session, 8)
    kept = snapshot(session)
    session.execute(text("UPDATE directory_index SET version = 0"))
    assert services.is_outdated(session)
    assert services.reindex(session) == services.reindex(session) == 8
    assert snapshot(session) == kept
    session.execute(delete(SearchText))
    session.execute(delete(IndexRow))
    assert services.is_outdated(session)


def test_what_is_remembered_of_the_index_is_what_it_holds_after_a_change_and_after_one_that_was_taken_back(session):
    def found():
        return [row.name for row in queries.explore(session, Filters(category=("station",))).page.items]

    one = make.entry(session, name="Alpha")
    assert found() == found() == ["Alpha"]
    before = session.scalar(select(IndexMark.mark))
    with session.begin_nested() as attempt:
        make.entry(session, name="Beta")
        assert found() == ["Alpha", "Beta"]
        taken_back = session.scalar(select(IndexMark.mark))
        attempt.rollback()
    assert found() == ["Alpha"]
    make.entry(session, name="Gamma")
    assert found() == ["Alpha", "Gamma"]
    one.shown_since = None
    index(session, one)
    assert found() == ["Gamma"]
    assert session.scalar(select(IndexMark.mark)) not in {before, taken_back}


def test_a_second_page_reads_its_own_entries_and_the_mark_of_the_index_but_not_the_index(session):
    directory(session, 8)
    queries.explore(session, Filters())
    statements = []
    listened = session.get_bind().engine, "before_cursor_execute", lambda *seen: statements.append(seen[2])
    event.listen(*listened)
    queries.explore(session, Filters(), number=2, size=4)
    event.remove(*listened)
    assert len(statements) == 2
    assert not [one for one in statements if "facets" in one]


def test_confirmed_within_is_counted_anew_each_day_though_no_entry_changes(session):
    entry = make.published(session)
    entry.confirmed_at = clock.now() - timedelta(days=89)
    index(session, entry)
    shortest = Filters(confirmed=("90",))
    assert queries.explore(session, shortest).page.total == 1
    with clock.stopped(clock.now() + timedelta(days=2)):
        assert queries.explore(session, shortest).page.total == 0
