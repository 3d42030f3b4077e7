"""What every answer carries, and what is answered when something is refused, broken or not ready."""

import re
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask, request
from sqlalchemy import event, text
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from app import create_app
from app.config import Environment
from app.core import clock
from app.core.access import EVERYONE, SIGNED_IN, Role, allow
from app.core.csrf import protection
from app.core.db import Base, transaction
from app.core.errors import Forbidden, NotFound, Refused, TooMany
from tests.conftest import settings_for
from tests.factories import accounts as make
from tests.factories import directory, registration
from tests.pages import Visitor, sound

PAGES = ["/", "/accessibility", "/privacy", "/security", "/styleguide"]


def breaking(error: Exception):
    """Return a view that raises."""

    @allow(read=EVERYONE, write=EVERYONE)
    def view():
        raise error

    return view


@pytest.fixture
def odd(tmp_path) -> Flask:
    """An application with routes that go wrong, answering as it would in production."""
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'odd.sqlite'}", tmp_path))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    faults = {
        "refused": Refused("That place was just taken. Choose another."),
        "unknown": NotFound("There is no such thing."),
        "forbidden": Forbidden(),
        "many": TooMany("Wait a minute.", retry_after=60),
        "locked": OperationalError("SELECT secret", {"secret": 1}, Exception("database is locked")),
        "timeout": OperationalError("SELECT", {}, Exception("canceling statement due to lock timeout")),
        "slow": OperationalError("SELECT", {}, Exception("canceling statement due to statement timeout")),
        "broken": ZeroDivisionError("a secret trace"),
        "lost": OperationalError("SELECT secret", {}, Exception("connection refused")),
    }
    for name, error in faults.items():
        for prefix in ("", "/api"):
            app.add_url_rule(f"{prefix}/odd/{name}", f"odd{prefix[1:]}_{name}", breaking(error), methods=["GET"])

    @allow(read=SIGNED_IN, write=EVERYONE)
    def form():
        return "<p>written</p>"

    app.add_url_rule("/odd/form", "odd_form", form, methods=["GET", "POST"])
    Base.metadata.create_all(app.extensions["database"].engine)
    return app


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_the_shell_is_sound(visitor, path):
    visitor.get(path)


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("refused", 409),
        ("unknown", 404),
        ("forbidden", 403),
        ("many", 429),
        ("locked", 503),
        ("slow", 503),
        ("broken", 500),
        ("lost", 500),
    ],
)
def test_whatever_goes_wrong_is_a_page_with_a_next_step_and_a_reference(odd, name, status):
    page = Visitor(odd.test_client()).get(f"/odd/{name}", status=status)
    assert "Reference:" in page.text
    assert "Go to the home page" in page.links()


def test_a_refusal_says_its_own_sentence(odd):
    page = Visitor(odd.test_client()).get("/odd/refused", status=409)
    assert "That place was just taken. Choose another." in page.text


@pytest.mark.check("K7")
@pytest.mark.parametrize("name", ["broken", "lost"])
def test_a_bug_shows_a_reference_number_and_nothing_of_itself(odd, name):
    answer = odd.test_client().get(f"/odd/{name}")
    assert answer.headers["X-Request-Id"] in answer.text
    for word in ("secret", "Traceback", "ZeroDivision", "SELECT", "odd_"):
        assert word not in answer.text


def test_without_a_database_there_is_still_a_page_with_a_way_on(tmp_path):
    app = create_app(settings_for(f"sqlite:///{tmp_path / 'gone' / 'no.sqlite'}", tmp_path))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    page = Visitor(app.test_client()).get("/", status=500)
    assert page.heading == "Something went wrong on our side"
    assert app.test_client().get("/healthz").status_code == 200
    assert app.test_client().get("/readyz").status_code == 503


@pytest.mark.answers("ask 17")
def test_a_write_that_waits_too_long_for_another_asks_to_come_back(tmp_path):
    app = create_app(settings_for(f"sqlite:///{tmp_path / 's.sqlite'}", tmp_path))
    engine = app.extensions["database"].engine
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=50"))

    @allow(read=EVERYONE)
    def write():
        with transaction() as session:
            session.execute(text("SELECT 1"))
        return "written"

    app.add_url_rule("/odd/write", "odd_write", write)
    Base.metadata.create_all(engine)
    with engine.connect() as other:
        other.exec_driver_sql("ROLLBACK")
        other.exec_driver_sql("BEGIN IMMEDIATE")
        answer = app.test_client().get("/odd/write")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    assert "Try again in a moment" in answer.text


@pytest.mark.answers("ask 17")
@pytest.mark.parametrize("name", ["locked", "timeout"])
def test_a_lock_that_is_not_given_in_time_asks_to_come_back(odd, name):
    answer = odd.test_client().get(f"/odd/{name}")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")


@pytest.mark.answers("ask 17")
def test_too_many_attempts_say_when_to_come_back(odd):
    assert odd.test_client().get("/odd/many").headers["Retry-After"] == "60"


@pytest.mark.parametrize(
    ("path", "headers"), [("/odd/refused", {"Accept": "application/json"}), ("/api/odd/refused", {"Accept": "*/*"})]
)
def test_a_program_gets_the_refusal_as_json(odd, path, headers):
    answer = odd.test_client().get(path, headers=headers)
    assert answer.status_code == 409
    assert answer.json["error"]["code"] == "refused"
    assert answer.json["error"]["message"] == "That place was just taken. Choose another."
    assert answer.json["error"]["reference"] == answer.headers["X-Request-Id"]


def test_an_unknown_address_and_a_wrong_method_are_pages_too(visitor):
    assert visitor.get("/no-such-page", status=404).heading == "Page not found"
    answer = visitor.client.delete("/", headers={"Accept": "text/html"})
    assert answer.status_code in (400, 405)
    sound(answer.text)


def test_whoever_must_sign_in_is_led_there_and_back(odd):
    answer = odd.test_client().get("/odd/form?page=2&sort=name")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/sign-in?next=/odd/form?page%3D2%26sort%3Dname"


def test_a_form_without_its_token_changes_nothing_and_says_so(odd):
    answer = odd.test_client().post("/odd/form", data={})
    assert answer.status_code == 400
    assert "Nothing was changed" in answer.text
    sound(answer.text)


@pytest.mark.check("C5")
@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_valid_token_does_not_help_a_form_from_another_site(visitor, headers):
    visitor.get("/sign-in")
    answer = visitor.client.post("/sign-out", data={"csrf_token": visitor.csrf_token}, headers=headers)
    assert answer.status_code == 403
    assert "another website" in answer.text


@pytest.mark.check("C5")
def test_only_routes_on_the_explicit_list_take_writes_without_a_token(app):
    writing = {
        rule.endpoint: app.view_functions[rule.endpoint]
        for rule in app.url_map.iter_rules()
        if (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}
    }
    exempt = {
        name for name, view in writing.items() if f"{view.__module__}.{view.__name__}" in protection._exempt_views
    }
    # The provider signs what it sends, a device says its bearer token, and a link that stops mail is signed for that
    # one purpose: none has a session to ride on.
    assert exempt <= {"payments.receive_event", "door.enrol", "door.scans", "door.sign_out", "following.stop_mail_now"}


@pytest.mark.check("C4")
@pytest.mark.parametrize("path", ["/", "/odd/form", "/odd/broken", "/no-such-page", "/static/css/site.css", "/healthz"])
def test_every_answer_carries_the_protecting_headers(odd, path):
    answer = odd.test_client().get(path)
    answer.close()
    headers = answer.headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")


@pytest.mark.check("C4")
def test_over_https_the_browser_is_told_to_stay_there_for_a_year(tmp_path):
    settings = replace(settings_for(f"sqlite:///{tmp_path / 's.sqlite'}", tmp_path), base_url="https://summit.example")
    answer = create_app(settings).test_client().get("/no-such-page", base_url=settings.base_url)
    assert answer.status_code == 404
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.check("N6")
def test_over_http_people_are_led_to_https_and_programs_are_refused(tmp_path):
    settings = replace(settings_for(f"sqlite:///{tmp_path / 's.sqlite'}", tmp_path), base_url="https://summit.example")
    client = create_app(settings).test_client()
    led = client.get("/directory?page=2", base_url="http://evil.example")
    assert (led.status_code, led.headers["Location"]) == (308, "https://summit.example/directory?page=2")
    assert client.post("/payments/events", data=b"{}").status_code == 403
    assert client.get("/api/anything").status_code == 403
    assert client.get("/healthz").status_code == 200


@pytest.mark.check("J7")
@pytest.mark.check("K5")
def test_the_access_log_names_the_route_and_nothing_that_was_asked_for(visitor):
    with capture_logs() as lines:
        visitor.client.get("/directory/secret-key?token=secret&name=secret%0Aforged")
    (line,) = [line for line in lines if line["event"] == "request"]
    assert (line["method"], line["status"]) == ("GET", 404)
    assert line["route"].startswith("/directory/<")
    assert line["ms"] >= 0
    assert "secret" not in str(line)


@pytest.mark.check("C1")
def test_no_two_answers_share_a_nonce(visitor):
    nonces = [re.findall(r'nonce="([^"]+)"', visitor.get("/privacy").html) for _ in range(5)]
    assert all(len(set(found)) == 1 for found in nonces)
    assert len({found[0] for found in nonces}) == 5
    assert all(len(found[0]) >= 22 for found in nonces)


@pytest.mark.check("C8")
def test_no_other_site_may_read_an_answer(visitor):
    answer = visitor.client.get("/", headers={"Origin": "https://evil.example"})
    assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


@pytest.mark.check("C10")
def test_what_a_signed_in_person_sees_is_kept_nowhere(signed_in, session):
    reader = signed_in(make.user(session).id)
    assert reader.client.get("/privacy").headers["Cache-Control"] == "no-store"


@pytest.mark.check("B9")
@pytest.mark.parametrize("path", PAGES)
def test_every_page_offers_a_signed_in_person_to_sign_out(signed_in, session, path):
    person = make.user(session, name="Aiko Tanaka")
    page = signed_in(person.id).get(path)
    assert re.search(r'<form method="post" action="/sign-out">', page.html)
    assert "Aiko Tanaka" in page.html


def test_files_whose_address_names_their_content_may_be_kept_for_a_year(visitor):
    address = re.search(r'href="(/static/css/site.css\?v=[0-9a-f]{12})"', visitor.get("/").html)
    assert address
    with visitor.client.get(address[1]) as kept, visitor.client.get("/static/css/site.css") as asked_again:
        assert kept.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "immutable" not in asked_again.headers["Cache-Control"]


@pytest.mark.check("N2")
def test_a_request_id_is_taken_from_a_trusted_proxy_only(tmp_path, visitor):
    given = {"X-Request-Id": "proxy-0123456789"}
    assert visitor.client.get("/healthz", headers=given).headers["X-Request-Id"] != "proxy-0123456789"
    settings = replace(settings_for(f"sqlite:///{tmp_path / 's.sqlite'}", tmp_path), trusted_proxies=1)
    behind = create_app(settings).test_client()
    assert behind.get("/healthz", headers=given).headers["X-Request-Id"] == "proxy-0123456789"
    assert behind.get("/healthz", headers={"X-Request-Id": "a b\tc"}).headers["X-Request-Id"] != "a b\tc"


@pytest.mark.check("N2")
@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "10.0.0.2"), (2, "10.0.0.1")])
def test_the_clients_address_comes_from_as_many_proxies_as_are_trusted(tmp_path, proxies, seen):
    settings = replace(settings_for(f"sqlite:///{tmp_path / 's.sqlite'}", tmp_path), trusted_proxies=proxies)
    app = create_app(settings)
    addresses = []
    app.before_request(lambda: addresses.append(request.remote_addr))
    app.test_client().get("/healthz", headers={"X-Forwarded-For": "6.6.6.6, 10.0.0.1, 10.0.0.2"})
    assert addresses == [seen]


@pytest.mark.check("N3")
def test_health_answers_say_nothing_but_whether(visitor):
    assert visitor.client.get("/healthz").json == {"running": True}
    assert visitor.client.get("/readyz").json == {"ready": True}


def test_a_database_that_was_never_migrated_is_not_ready_outside_tests(tmp_path):
    settings = replace(settings_for(f"sqlite:///{tmp_path / 's.sqlite'}", tmp_path), environment=Environment.DEMO)
    answer = create_app(settings).test_client().get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"ready": False})
    assert answer.headers["Retry-After"] == "5"


def test_a_folder_that_is_gone_is_not_ready(tmp_path):
    settings = settings_for(f"sqlite:///{tmp_path / 's.sqlite'}", tmp_path / "gone")
    client = create_app(settings).test_client()
    shutil.rmtree(tmp_path / "gone", ignore_errors=True)
    assert client.get("/readyz").status_code == 503


@pytest.mark.check("N7")
def test_security_txt_names_a_contact_and_has_not_expired(visitor):
    told = visitor.client.get("/.well-known/security.txt").text
    fields = dict(line.split(": ", 1) for line in told.splitlines())
    assert fields["Contact"] == "mailto:security@example.org"
    assert fields["Expires"] > clock.now().isoformat()
    assert "security@example.org" in visitor.get("/security").text


def test_the_style_guide_is_not_shown_in_production(tmp_path):
    settings = replace(
        settings_for(f"sqlite:///{tmp_path / 's.sqlite'}", tmp_path),
        environment=Environment.PRODUCTION,
        base_url="https://summit.example",
    )
    app = create_app(settings)
    Base.metadata.create_all(app.extensions["database"].engine)
    assert app.test_client().get("/styleguide", base_url=settings.base_url).status_code == 404


@pytest.mark.check("N8")
def test_the_official_banner_and_identifier_stand_only_on_official_sites(visitor, tmp_path):
    assert "official website of the United States" not in visitor.get("/").html
    settings = replace(
        settings_for(f"sqlite:///{tmp_path / 's.sqlite'}", tmp_path),
        site_profile="gov",
        base_url="https://summit.example.gov",
    )
    app = create_app(settings)
    Base.metadata.create_all(app.extensions["database"].engine)
    page = app.test_client().get("/", base_url=settings.base_url).text
    sound(page)
    assert "An official website of the United States government" in page
    assert "Agency identifier" in page


def test_the_front_page_names_the_summit_its_dates_and_its_prices(visitor, session):
    registration.summit(session)
    page = visitor.get("/")
    for words in ("4 January 2027", "16 April 2027", "within 15 business days", "charged only when you are approved"):
        assert words in page.text
    assert "$850.00" in page.text
    assert page.links()["Apply to attend"] == "/apply"


def test_the_front_page_says_when_applications_open_and_that_they_closed(visitor, session, now):
    summit = registration.summit(session)
    clock.advance(summit.registration_closes - now)
    assert "Applications closed on 16 April 2027." in visitor.get("/").text
    clock.advance(timedelta(days=-200))
    assert "Applications open on 4 January 2027." in visitor.get("/").text


def test_before_a_summit_is_announced_the_front_page_says_so(visitor):
    assert "No summit is announced yet" in visitor.get("/").text


def test_the_front_page_says_that_a_programme_is_reported_and_not_confirmed(visitor, session):
    directory.entry(session)
    assert "not confirmed by the company" in visitor.get("/").text


def test_search_engines_stay_out_of_demonstrations(visitor):
    assert "Disallow: /\n" in visitor.client.get("/robots.txt").text


@pytest.mark.parametrize(
    ("role", "desk"),
    [(Role.ORGANIZER, "/control-room"), (Role.REVIEWER, "/registrations"), (Role.SCREENER, "/screening/cases"),
     (Role.FINANCE, "/payments"), (Role.DOOR_STAFF, "/door"), (None, "/home")],
)  # fmt: skip
def test_everybody_starts_where_their_work_waits(session, signed_in, role, desk):
    person = make.staff(session, role) if role else make.user(session)
    assert signed_in(person.id).get("/start", status=303).path == desk
