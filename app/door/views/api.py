"""The door API, version 1: what a scanning device may do, and nothing else. JSON in and out, errors included.

A device enrols once and then sends `Authorization: Bearer TOKEN`. Every answer is `no-store`; an error is
`{"error": {"code", "message", "reference"}}` with a sentence in `message`: 401 the token is unknown, ended or expired
(forget the list), 415 not JSON, 413 over 256 KB, 422 something is not as described here, 429 slower (`Retry-After`).
At most 30 requests a second and device. No browser of another site may call it: there are no CORS headers.

POST /api/door/v1/devices      {"code"} -> 201 {"token", "device", "summit", "key", "now"}
    Enrol with the code that an organizer's page showed once. `key` is the Ed25519 public key of badge codes,
    32 bytes in base64. `device`: {"id", "name", "gate", "help", "expires_at"}; `summit`: {"id", "name", "zone"}.
GET  /api/door/v1/device       -> {"device", "summit", "key", "now", "flagged"}
DELETE /api/door/v1/device     -> 204. Sign out: the token dies.
GET  /api/door/v1/list?after=N -> {"version", "people", "next"}
    Everybody with a badge, 100 a page; `next` is the `after` of the next page, null at the end. Keep the `version`
    of the first page. ETag and If-None-Match: 304 while nothing has changed.
GET  /api/door/v1/changes?since=VERSION -> {"version", "people", "reload"}
    Who changed; with `reload` true there is too much to tell: download the list.
    A person: {"id", "standing": good|not_confirmed|suspended|stopped, "number", "code", "name", "preferred", "native",
    "organization", "country", "role", "inside": null|{"at", "gate"}}. `number` is that of the badge that counts,
    `code` the first 24 hexadecimal digits of the SHA-256 of its typed code.
POST /api/door/v1/scans        {"sent_at", "waiting", "scans": [...]} -> {"answers": [...], "now", "offset_ms"}
    Up to 200 scans, none for a sign of life. A scan: {"nonce": UUID, "at": time by the device's clock, "code": what
    was read or typed | "registration": UUID chosen from the list, "direction": in|out, "gate": optional, "told": what
    the device showed by itself, absent when it waits for the answer}. `sent_at` is the device's clock at sending: the
    server corrects `at` by the difference. `waiting` is how many more scans the device holds. Sending a scan again
    changes nothing. An answer: {"nonce", "result", "words", "at", "name", "organization", "country", "role",
    "earlier": null|{"at", "gate"}, "conflict"}; results: admitted, already_inside, left, not_inside, not_confirmed,
    suspended, stopped, unknown. `conflict` true: somebody was let in whom the record does not; an organizer is told.
"""

import base64
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec
from uuid import UUID

from flask import Response, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from limits import RateLimitItemPerMinute

from app.accounts.cookies import address, throttle
from app.accounts.throttle import Bucket
from app.core import clock
from app.core.access import EVERYONE, TOKEN_HOLDERS, allow
from app.core.csrf import exempt
from app.core.db import db, transaction
from app.core.errors import SignInRequired
from app.core.settings import settings
from app.door import queries, services
from app.door.queries import DeviceRow, Person, ScanRow
from app.door.rules.codes import public_key
from app.door.rules.stays import corrected, is_conflict
from app.door.services import Shown, Taker
from app.door.states import RESULT_WORDS, Direction, ScanResult
from app.door.views import wire
from app.door.views.blueprint import bp
from app.registration.queries import SummitView, summit_view
from app.registration.states import TYPE_LABELS
from app.regulatory.queries import country_choices

PREFIX = "/api/door/v1"
MOST_SCANS, AT_ONCE = 200, 25
ASKS = RateLimitItemPerMinute(1_800, namespace="door-device")
ENROLMENTS = RateLimitItemPerMinute(10, 5, namespace="door-enrolment")
ALL_ENROLMENTS = RateLimitItemPerMinute(200, 5, namespace="door-enrolment-all")
P = ParamSpec("P")


def by_device(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let a request in that carries a living device's token; the view asks `device_now` which."""

    @wraps(view)
    def enter(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        device_now()
        return view(*args, **kwargs)

    return enter


def device_now() -> DeviceRow:
    """Return the device that asks. Raises SignInRequired when its token is unknown, ended or expired."""
    known: DeviceRow | None = getattr(request, "door_device", None)
    if known is not None:
        return known
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    found = queries.device_by_token(db(), token, now=clock.now()) if scheme.lower() == "bearer" and token else None
    if found is None:
        raise SignInRequired("This device is not enrolled, was ended or has expired. Enrol it again.")
    throttle().spend(Bucket(ASKS, str(found.id)), sentence="This device asks too often.")
    request.door_device = found  # type: ignore[attr-defined]
    return found


@bp.after_request
def keep_to_the_device(response: Response) -> Response:
    """Let nothing on the way keep what the door API says."""
    if request.path.startswith(PREFIX):
        response.headers["Cache-Control"] = "no-store"
        if response.status_code == 401:
            response.headers["WWW-Authenticate"] = "Bearer"
    return response


@bp.post(f"{PREFIX}/devices")
@allow(write=EVERYONE)
@exempt
def enrol() -> ResponseReturnValue:
    """Enrol a device with its code."""
    who = (Bucket(ENROLMENTS, address()), Bucket(ALL_ENROLMENTS, "all"))
    throttle().spend(*who, sentence="There were too many tries to enrol a device.")
    code = wire.text(wire.body(), "code", most=60)
    with transaction() as session:
        enrolled = services.enrol_device(session, code, now=clock.now())
    throttle().give_back(*who)
    found = queries.device_by_token(db(), enrolled.token, now=clock.now())
    assert found is not None  # noqa: S101 - made a moment ago
    request.door_device = found  # type: ignore[attr-defined]
    return jsonify({"token": enrolled.token, **_about(found)}), 201


@bp.get(f"{PREFIX}/device")
@allow(read=TOKEN_HOLDERS)
@by_device
def device_about() -> ResponseReturnValue:
    """Say what this device is, and how many of those it let in are flagged."""
    found = device_now()
    return jsonify({**_about(found), "flagged": queries.flagged_for(db(), found.id)})


@bp.delete(f"{PREFIX}/device")
@allow(write=TOKEN_HOLDERS)
@exempt
def sign_out() -> ResponseReturnValue:
    """End this device: its own wish."""
    found = device_now()
    with transaction() as session:
        services.end_device(session, found.summit_id, found.id, actor_id=None, now=clock.now(), reason="Signed out.")
    return "", 204


@bp.get(f"{PREFIX}/list")
@allow(read=TOKEN_HOLDERS)
@by_device
def people_list() -> ResponseReturnValue:
    """Return one page of everybody with a badge."""
    after = _number("after")
    newest = queries.version(db())
    tag = f"{newest}-{after}"
    if request.if_none_match.contains_weak(tag):
        return _tagged(make_response("", 304), tag)
    found = queries.people_after(db(), _summit(), after, now=clock.now())
    onward = found[-1].order if len(found) == queries.MOST_AT_ONCE else None
    return _tagged(jsonify({"version": newest, "people": _people(found), "next": onward}), tag)


@bp.get(f"{PREFIX}/changes")
@allow(read=TOKEN_HOLDERS)
@by_device
def changes() -> ResponseReturnValue:
    """Return who changed since a version."""
    found = queries.changes_since(db(), _summit(), _number("since"), now=clock.now())
    people = found.people or []
    return jsonify({"version": found.version, "people": _people(people), "reload": found.people is None})


@bp.post(f"{PREFIX}/scans")
@allow(write=TOKEN_HOLDERS)
@exempt
def scans() -> ResponseReturnValue:
    """Take scans, a few dozen in a transaction, and answer each."""
    device, now = device_now(), clock.now()
    sent = wire.body()
    sent_at = wire.moment(sent, "sent_at")
    waiting = wire.whole(sent, "waiting", most=1_000_000, default=0)
    rows = wire.rows(sent, "scans", most=MOST_SCANS)
    shown = [
        _shown(row, device, f"scans[{index}].", sent_at=sent_at, now=now) for index, row in enumerate(rows)
    ]  # fmt: skip
    summit, taken, is_news = _summit(), dict[UUID, UUID](), device.is_news(waiting, now)
    for some in list(_in_parts(shown)) or [()]:
        if not some and not is_news:
            break
        with transaction() as session:
            if some:
                taken |= services.take_scans(session, summit, some, by=Taker(device_id=device.id), now=now)
            if is_news:
                services.note_seen(session, device.id, waiting=waiting, skew=now - sent_at, now=now)
    found = queries.scans_by_id(db(), set(taken.values())) if taken else {}
    answers = [_answer(one.nonce, found[taken[one.nonce]]) for one in shown]
    return jsonify({"answers": answers, "now": _text(now), "offset_ms": round((now - sent_at).total_seconds() * 1000)})


def _in_parts(shown: Sequence[Shown]) -> Iterator[tuple[Shown, ...]]:
    for first in range(0, len(shown), AT_ONCE):
        yield tuple(shown[first : first + AT_ONCE])


def _shown(row: dict[str, Any], device: DeviceRow, where: str, *, sent_at: datetime, now: datetime) -> Shown:
    at = wire.moment(row, "at", where=where)
    told = wire.choice(row, "told", ScanResult, default=None, where=where)
    nonce = wire.uuid(row, "nonce", where=where)
    assert nonce is not None  # noqa: S101 - required
    return Shown(
        nonce=nonce, gate=wire.text(row, "gate", most=40, default=device.gate, where=where) or device.gate,
        at=now if told is None else corrected(at, sent_at=sent_at, now=now), device_at=None if told is None else at,
        direction=wire.choice(row, "direction", Direction, default=Direction.IN, where=where) or Direction.IN,
        code=wire.text(row, "code", most=400, default="", where=where),
        registration_id=wire.uuid(row, "registration", where=where, required=False), told=told,
    )  # fmt: skip


def _answer(nonce: UUID, scan: ScanRow) -> dict[str, Any]:
    return {
        "nonce": str(nonce), "result": scan.result, "words": RESULT_WORDS[scan.result], "at": _text(scan.at),
        "name": scan.name or "", "organization": scan.organization or "",
        "country": scan.country_name or scan.country or "",
        "role": TYPE_LABELS[scan.participant_type] if scan.participant_type else "",
        "earlier": {"at": _text(scan.earlier_at), "gate": scan.earlier_gate} if scan.earlier_at else None,
        "conflict": is_conflict(scan.told, scan.result),
    }  # fmt: skip


def _about(device: DeviceRow) -> dict[str, Any]:
    summit = _summit()
    return {
        "device": {"id": str(device.id), "name": device.name, "gate": device.gate, "help": device.help,
                   "expires_at": _text(device.expires_at)},
        "summit": {"id": str(summit.id), "name": summit.name, "zone": summit.zone},
        "key": base64.b64encode(public_key(settings().secret_key)).decode(), "now": _text(clock.now()),
    }  # fmt: skip


def _people(found: Sequence[Person]) -> list[dict[str, Any]]:
    countries = _countries() if found else {}
    return [
        {
            "id": str(one.id), "standing": one.standing, "number": one.number, "code": one.code_digest,
            "name": one.name, "preferred": one.preferred, "native": one.native, "organization": one.organization,
            "country": countries.get(one.country, one.country), "role": TYPE_LABELS[one.role] if one.role else "",
            "inside": {"at": _text(one.inside.at), "gate": one.inside.gate} if one.inside else None,
        }
        for one in found
    ]  # fmt: skip


def _countries() -> dict[str, str]:
    return dict(country_choices(db()))


_summits: dict[tuple[UUID, int], SummitView] = {}


def _summit() -> SummitView:
    """Return the device's summit; a version never changes, so it is read once."""
    device = device_now()
    which = (device.summit_id, device.summit_version)
    if which not in _summits:
        found = summit_view(db(), device.summit_id)
        assert found is not None  # noqa: S101 - a device belongs to one
        _summits.clear()
        _summits[which] = found
    return _summits[which]


def _number(name: str) -> int:
    """Return a number from the address; anything that is none counts as 0."""
    given = request.args.get(name, "0")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 16 else 0


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _tagged(response: Response, tag: str) -> Response:
    response.set_etag(tag, weak=True)
    return response
