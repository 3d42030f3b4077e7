"""Badges: stopped, made anew, printed with a log, and large enough to be read from three metres."""

import io
import json
from datetime import timedelta

import pikepdf
import pytest
import typst
from PIL import Image
from sqlalchemy import select

from app.core import clock, ids, paper
from app.core.access import Role
from app.core.errors import NotFound, Refused
from app.core.settings import settings
from app.documents import services as documents
from app.door import papers, queries, services
from app.door.models import BadgePrint, BadgeRun
from app.door.queries import BadgeRow
from app.door.rules.chosen import Chosen
from app.door.services import Shown, Taker
from app.door.states import BadgeReason, Layout, ScanResult
from app.notifications import outbox
from app.registration.states import ParticipantType, RegistrationState
from tests.factories import accounts
from tests.factories import door as make_door
from tests.factories import registration as make


@pytest.fixture
def summit(session):
    make.countries(session)
    return make.summit(session)


@pytest.fixture
def organizer(session):
    return accounts.staff(session, Role.ORGANIZER).id


@pytest.fixture
def scan(session, summit, organizer):
    def scanned(code: str) -> ScanResult:
        nonce = ids.new_id()
        shown = Shown(nonce, "A", clock.now(), code=code)
        taken = services.take_scans(session, summit, [shown], by=Taker(person_id=organizer), now=clock.now())
        found = queries.scan(session, summit.id, taken[nonce])
        assert found is not None
        return found.result

    return scanned


def replace(session, summit, person, organizer, reason=BadgeReason.LOST):
    return services.replace_badge(
        session, summit.id, person.id, reason=reason, words="In a taxi", actor_id=organizer, now=clock.now()
    )


def test_making_a_badge_anew_kills_the_former_one_signed_and_typed(session, summit, organizer, scan):
    person = make.registration(session)
    assert replace(session, summit, person, organizer) == 2
    newest = queries.badge_for(session, summit.id, person.id)
    assert scan(make_door.badge_token(session, person, number=1)) is ScanResult.STOPPED
    assert scan(person.badge_code) is ScanResult.STOPPED
    assert scan(newest.code) is ScanResult.ADMITTED
    assert scan(make_door.badge_token(session, person, number=2)) is ScanResult.ALREADY_INSIDE
    assert scan(make_door.badge_token(session, person, number=3)) is ScanResult.UNKNOWN


def test_a_lost_badge_is_stopped_and_the_person_comes_in_with_a_document(session, summit, organizer, scan):
    person = make.registration(session)

    def stop():
        services.stop_badge(
            session, summit.id, person.id, reason=BadgeReason.LOST, words="", actor_id=organizer, now=clock.now()
        )

    stop()
    session.flush()
    with pytest.raises(Refused, match="stopped already"):
        stop()
    assert scan(person.badge_code) is ScanResult.STOPPED
    by_name = Shown(ids.new_id(), "A", clock.now(), registration_id=person.id)
    taken = services.take_scans(session, summit, [by_name], by=Taker(person_id=organizer), now=clock.now())
    assert queries.scan(session, summit.id, taken[by_name.nonce]).result is ScanResult.ADMITTED


@pytest.mark.parametrize("state", ["substituted", "cancelled", "withdrawn"])
def test_the_badge_of_somebody_who_comes_no_more_dies(session, summit, organizer, scan, state):
    person = make.registration(session, state=RegistrationState(state), badge_code="GONE2345")
    assert scan(make_door.badge_token(session, person)) is ScanResult.NOT_CONFIRMED
    with pytest.raises(Refused, match="not confirmed"):
        replace(session, summit, person, organizer)


def test_a_signed_badge_is_over_two_days_after_the_summit(session, summit, scan):
    token = make_door.badge_token(session, make.registration(session))
    clock.advance(timedelta(days=67))
    assert scan(token) is ScanResult.STOPPED


def test_an_owner_names_their_badge_until_it_is_printed(session, summit, organizer):
    person = make.registration(session)

    def name(preferred, *, by_owner=True):
        services.name_badge(
            session, summit.id, person.id, preferred=preferred, native="田中  愛子", actor_id=person.user_id,
            now=clock.now(), by_owner=by_owner,
        )  # fmt: skip
        session.flush()

    name("Aiko")
    badge = queries.badge_of(session, summit.id, person.user_id)
    assert (badge.large, badge.native) == ("Aiko", "田中 愛子")
    services.log_one(session, summit.id, badge, reprint=None, actor_id=organizer, now=clock.now())
    session.flush()
    with pytest.raises(Refused, match="has been printed"):
        name("Ai")
    name("Ai", by_owner=False)
    assert queries.badge_for(session, summit.id, person.id).large == "Ai"


def test_nobody_else_has_a_badge(session, summit, organizer):
    waiting = make.registration(session, state=RegistrationState.PAYMENT_DUE)
    assert queries.badge_of(session, summit.id, waiting.user_id) is None
    with pytest.raises(NotFound):
        replace(session, summit, waiting, organizer)


def run_of(session, summit, organizer, chosen=Chosen(), layout=Layout.A4) -> BadgeRun:
    made = services.start_run(
        session, summit.id, chosen, layout=layout, return_to="/door/badges", actor_id=organizer, now=clock.now()
    )
    session.commit()
    outbox.deliver_due(clock.now())
    session.expire_all()
    return session.get_one(BadgeRun, made.id)


def test_a_batch_prints_what_was_chosen_in_order_and_once(session, summit, organizer):
    names = ["Zoë Ångström", "aiko Tanaka", "Bruno Keller", "Carla Ruiz", "Dmitri Ivanov"]
    for name in names:
        make.registration(session, person=accounts.user(session, name=name))
    make.registration(session, participant_type=ParticipantType.MEDIA)
    make.registration(session, state=RegistrationState.CANCELLED, badge_code="GONE")
    partners = Chosen(types=(ParticipantType.PARTNER,))
    run = run_of(session, summit, organizer, partners)
    assert (run.badges, run.finished_at is not None) == (5, True)
    with pikepdf.open(io.BytesIO(documents.open_file(session, run.file_id))) as pdf:
        assert len(pdf.pages) == 2
        assert [round(float(side) / 72 * 25.4) for side in pdf.pages[0].mediabox[2:]] == [210, 297]
    order = select(BadgePrint.registration_id).where(BadgePrint.run_id == run.id).order_by(BadgePrint.position)
    printed = [queries.badge_for(session, summit.id, person).name for person in session.scalars(order)]
    assert printed == sorted(names, key=lambda name: name.casefold().replace("ë", "e").replace("å", "a"))
    with pytest.raises(Refused, match="No badge fits"):
        run_of(session, summit, organizer, partners)
    assert queries.count_to_print(session, summit.id, Chosen()) == 1
    log = queries.runs(session, summit.id).items
    assert [(one.badges, one.layout) for one in log] == [(5, Layout.A4)]


def test_a_sheet_is_dropped_after_a_week_and_the_log_stays(session, summit, organizer):
    make.registration(session)
    run = run_of(session, summit, organizer)
    assert run.file_id is not None
    clock.advance(timedelta(days=8))
    outbox.deliver_due(clock.now())
    session.expire_all()
    assert session.get_one(BadgeRun, run.id).file_id is None
    assert queries.runs(session, summit.id).total == 1


def test_a_badge_that_died_meanwhile_is_left_off_the_paper_and_out_of_the_log(session, summit, organizer):
    stays, goes = make.registration(session), make.registration(session)
    made = services.start_run(
        session, summit.id, Chosen(), layout=Layout.A6, return_to="/", actor_id=organizer, now=clock.now()
    )
    goes.state = RegistrationState.CANCELLED
    session.commit()
    outbox.deliver_due(clock.now())
    session.expire_all()
    assert session.get_one(BadgeRun, made.id).badges == 1
    assert session.scalars(select(BadgePrint.registration_id)).all() == [stays.id]


PPI = 127
MM = PPI / 25.4


def badge(name: str, **more: str) -> BadgeRow:
    values = {"preferred": "", "native": "", "organization": "Kibo Trading", "country": "JP", **more}
    return BadgeRow(
        ids.new_id(), 1, RegistrationState.CONFIRMED, name, values["preferred"], values["native"],
        values["organization"], values["country"], ParticipantType.GOVERNMENT, 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        stopped=False, reason=None, printed=False,
    )  # fmt: skip


def drawn(summit, one: BadgeRow, layout: Layout = Layout.A6) -> Image.Image:
    """Return a badge as it looks on paper, at five dots a millimetre."""
    asked = {}

    def look(template, facts, *, made_at):
        asked.update(facts)
        return b""

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paper, "render", look)
        papers.sheet([one], summit, layout, countries={"JP": "Japan"}, secret="x" * 40, made_at=clock.now())
    picture = typst.compile(
        paper.TEMPLATES / "badge.typ", root=paper.TEMPLATES, font_paths=paper.fonts(), format="png", ppi=PPI,
        sys_inputs={"facts": json.dumps(asked)},
    )  # fmt: skip
    return Image.open(io.BytesIO(picture)).convert("L")


def lines(picture: Image.Image, top_mm: float, bottom_mm: float) -> list[tuple[float, float]]:
    """Return where lines of ink begin and how tall they are, in millimetres, between two heights."""
    area = picture.crop((0, int(top_mm * MM), picture.width, int(bottom_mm * MM)))
    rows = [area.crop((0, y, area.width, y + 1)).getextrema()[0] < 128 for y in range(area.height)]
    found, began = [], None
    for y, ink in enumerate([*rows, False]):
        if ink and began is None:
            began = y
        elif not ink and began is not None:
            found.append((top_mm + began / MM, (y - began) / MM))
            began = None
    return found


NAME_FROM, NAME_TO = 10.5, 51.0


@pytest.mark.parametrize(
    "name", ["AIKO TANAKA", "MAX", "MOHAMMED BIN RASHID", "ANNA-LENA HUBER", "MINH KHAI", "ZO NGUYEN THI"]
)
def test_capitals_of_a_name_are_eight_millimetres_tall_where_it_fits(session, summit, name):
    heights = [height for _top, height in lines(drawn(summit, badge(name)), NAME_FROM, NAME_TO)]
    assert heights
    assert min(heights) >= 8.0, heights


@pytest.mark.parametrize("layout", list(Layout))
@pytest.mark.parametrize(
    "name", ["WOLFESCHLEGELSTEINHAUSENBERGERDORFF", "A" * 120, "PRIYA RAGHUNATHAN VENKATARAMAN SUBRAMANIAN IYER", "王"]
)
def test_any_name_stays_on_its_badge(session, summit, name, layout):
    picture = drawn(summit, badge(name), layout)
    cell = 105 if layout is not Layout.LETTER else 107.95
    edges = picture.crop((0, int(NAME_FROM * MM), int(cell * MM), int(NAME_TO * MM))).point(lambda v: 255 * (v < 128))
    left, _top, right, _bottom = edges.getbbox()
    assert left / MM >= 5
    assert right / MM <= cell - 5


@pytest.mark.parametrize(
    "native", ["田中 愛子", "محمد بن راشد", "שרה כהן", "प्रिया शर्मा", "สมชาย ใจดี", "Ελένη", "김민준"]
)
def test_a_name_in_its_own_script_is_drawn_with_real_letters(session, summit, native):
    made = papers.sheet(
        [badge("Aiko Tanaka", native=native)], summit, Layout.A6, countries={"JP": "Japan"},
        secret=settings().secret_key, made_at=clock.now(),
    )  # fmt: skip
    with pikepdf.open(io.BytesIO(made)) as pdf:
        assert "/StructTreeRoot" in pdf.Root, "a glyph is missing: the paper is not accessible"
        assert len(pdf.pages) == 1
