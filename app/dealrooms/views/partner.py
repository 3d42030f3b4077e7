"""A partner's pages: its deal rooms, asking for one, the agreement, and what is inside."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts import cookies
from app.core import clock
from app.core.access import COMPANY, SIGNED_IN, allow, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import DomainError, NotFound, Refused
from app.dealrooms import services
from app.dealrooms.forms import NdaForm, RequestForm
from app.dealrooms.papers import nda_paper
from app.dealrooms.queries import grants as grant_queries
from app.dealrooms.queries import rooms, shelves
from app.dealrooms.queries.access import Access, access_of, folders_of
from app.dealrooms.rules.access import SENTENCES, Closed, may_sign
from app.dealrooms.states import LIVE_GRANTS
from app.dealrooms.views.blueprint import WORDS, act, bp, sent
from app.interest import queries as interests
from app.interest.queries import MyInterest
from app.interest.states import Visibility


def entered(room_id: UUID) -> Access:
    """Return how the reader stands to a room that their organization has to do with. Raises NotFound for others."""
    found = access_of(db(), room_id, principal().user_id, now=clock.now())
    if found is None:
        raise NotFound(rooms.NO_ROOM)
    return found


def scope_of(found: Access) -> frozenset[UUID] | None:
    """Return the folders that somebody's access opens, None for all."""
    return None if found.whole_room else folders_of(db(), found.grant_id)


@bp.get("/deal-rooms")
@allow(read=SIGNED_IN)
def deal_rooms() -> ResponseReturnValue:
    """List the deal rooms of the reader's organizations."""
    person = principal()
    page = grant_queries.my_rooms(db(), person.organizations(), person.user_id, number=page_number())
    return render_template("dealrooms/deal_rooms.html", page=page, live=LIVE_GRANTS, **WORDS)


@bp.route("/deal-rooms/request/<uuid:interest_id>", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def ask(interest_id: UUID) -> ResponseReturnValue:
    """Ask for access to the room of an entry one is interested in."""
    interest = interests.my_interest(db(), interest_id, principal().organizations())
    room_id = rooms.open_room_of(db(), interest.entry_id)
    form = RequestForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.request_access(
                    session, interest_id, note=form.note.data or "", actor_id=principal().user_id, now=clock.now()
                )
        except NotFound:
            raise
        except DomainError as refusal:
            form.form_errors.append(refusal.message)
        else:
            flash("Asked. You get a mail when the company has answered.", "success")
            return redirect(url_for("dealrooms.deal_rooms"), 303)
    return _request_page(interest, room_id, form)


def _request_page(interest: MyInterest, room_id: UUID | None, form: RequestForm) -> ResponseReturnValue:
    standing = grant_queries.grant_for(db(), interest.entry_id, principal().organizations())
    page = render_template(
        "dealrooms/ask.html", interest=interest, room_id=room_id, form=form, standing=standing, live=LIVE_GRANTS,
        nameless=interest.visibility is Visibility.SUMMARY_ONLY, **WORDS,
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.get("/deal-rooms/<uuid:room_id>")
@allow(read=SIGNED_IN)
def room(room_id: UUID) -> ResponseReturnValue:
    """Show the folders and documents of a room, or why it is shut."""
    found, now = entered(room_id), clock.now()
    shut = found.shut(now=now)
    row = rooms.room_row(db(), room_id)
    if shut is not None:
        return render_template(
            "dealrooms/shut.html", room=row, found=found, shut=shut, sentence=SENTENCES[shut],
            nda=shut is Closed.NDA, grant=grant_queries.grant(db(), room_id, found.grant_id), live=LIVE_GRANTS, **WORDS,
        )  # fmt: skip
    scope = scope_of(found)
    folders = [one for one in shelves.folders(db(), room_id) if scope is None or one.id in scope]
    return render_template(
        "dealrooms/room.html", room=row, found=found, folders=folders,
        documents=shelves.shown_documents(db(), room_id, scope),
        acceptance=grant_queries.my_acceptance(db(), room_id, row.nda_number, principal().user_id), **WORDS,
    )  # fmt: skip


@bp.route("/deal-rooms/<uuid:room_id>/nda", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def nda(room_id: UUID) -> ResponseReturnValue:
    """Show the agreement and let the reader accept it."""
    found, now = entered(room_id), clock.now()
    if may_sign(found.standing, now=now) is not None or found.standing.accepted_nda:
        return redirect(url_for("dealrooms.room", room_id=room_id), 303)
    row = rooms.room_row(db(), room_id)
    text = rooms.nda_texts(db(), room_id, number=row.nda_number)[0]
    form = NdaForm(data={"number": str(text.number)})
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.accept_nda(
                    session, room_id, typed_name=form.name.data, agreed=bool(form.agreed.data),
                    number=_text_number(form.number.data), address=cookies.address(),
                    user_id=principal().user_id, now=clock.now(),
                )  # fmt: skip
        except NotFound:
            raise
        except Refused as refusal:
            form.form_errors.append(refusal.message)
        except DomainError as refusal:
            form.name.errors = [*form.name.errors, refusal.message]
        else:
            flash("Accepted. The deal room is open to you.", "success")
            return redirect(url_for("dealrooms.room", room_id=room_id), 303)
    form.number.data = str(text.number)
    page = render_template("dealrooms/nda.html", room=row, text=text, form=form, found=found)
    return page, 422 if form.errors else 200


def _text_number(typed: str | None) -> int:
    """Return which text was read, as the form says; 0, which no text has, for anything that is no such number."""
    return int(typed) if typed and typed.isdecimal() and len(typed) < 9 else 0


@bp.get("/deal-rooms/<uuid:room_id>/nda/<uuid:acceptance_id>.pdf")
@allow(read=SIGNED_IN)
def nda_copy(room_id: UUID, acceptance_id: UUID) -> ResponseReturnValue:
    """Hand the paper about an acceptance to whoever accepted, or to the company."""
    signed = grant_queries.acceptance(db(), room_id, acceptance_id)
    if signed is None:
        raise NotFound(rooms.NO_ROOM)
    row = rooms.room_row(db(), room_id)
    person = principal()
    is_theirs = signed.user_id == person.user_id and signed.organization_id in person.organizations()
    if not is_theirs and row.organization_id not in person.organizations(*COMPANY):
        raise NotFound(rooms.NO_ROOM)
    text = rooms.nda_texts(db(), room_id, number=signed.nda_number)[0]
    return sent(nda_paper(row, text, signed), f"nda-{row.entry_key}-{signed.nda_number}.pdf", "application/pdf")


@bp.post("/deal-rooms/<uuid:room_id>/leave")
@allow(write=SIGNED_IN)
def leave(room_id: UUID) -> ResponseReturnValue:
    """Give access back, or take a request back."""
    found = entered(room_id)
    return act(
        lambda session: services.leave(
            session, room_id, found.grant_id, actor_id=principal().user_id, now=clock.now()
        ),
        "Ended. You can ask again from your interest.", url_for("dealrooms.deal_rooms"),
    )  # fmt: skip
