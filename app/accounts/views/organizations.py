"""Organizations: mine, a new one, members, invitations."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import belong, cookies, lists, merging, queries, resembling
from app.accounts.forms import InvitationForm, JoinForm, MemberRoleForm, OrganizationForm
from app.accounts.likeness import OrganizationFacts
from app.accounts.queries import OrganizationRow
from app.accounts.rules import lead_role, normal_email, roles_in
from app.accounts.states import AskEvent, RecordKind
from app.accounts.throttle import mail_from, mail_to
from app.accounts.views.blueprint import bp
from app.core import clock
from app.core.access import SIGNED_IN, Principal, Role, allow, holders, principal
from app.core.asked import page_number
from app.core.db import db, transaction
from app.core.errors import DomainError, InvalidInput, NotFound
from app.core.redirects import safe_local
from app.regulatory import queries as regulatory

SEES_ALL = frozenset({Role.ADMINISTRATOR, Role.ORGANIZER, Role.REVIEWER, Role.SCREENER})
TOO_MANY_REQUESTS = "You have asked enough organizations for today."
TOO_MANY_INVITATIONS = "We sent enough messages to that address for now."
MANAGES = holders(Role.COMPANY_OWNER, Role.FOCAL_POINT)


def _visible(organization_id: UUID, person: Principal) -> OrganizationRow:
    """Return an organization to those who belong to it and to staff; to everybody else it does not exist."""
    found = queries.organization(db(), organization_id)
    if found is None or not (organization_id in person.organizations() or person.roles & SEES_ALL):
        raise NotFound(belong.GONE)
    return found


def _manages(place: OrganizationRow, person: Principal) -> bool:
    return place.id in person.organizations(lead_role(place.kind))


def _countries() -> dict[str, str]:
    return dict(regulatory.country_choices(db()))


def _roles(place: OrganizationRow) -> list[Role]:
    return [role for role in Role if role in roles_in(place.kind)]


@bp.route("/organizations")
@allow(read=SIGNED_IN)
def my_organizations() -> ResponseReturnValue:
    person, search = principal(), request.args.get("search", "")
    number = page_number()
    found = lists.organizations_found(db(), search=search, number=number) if person.roles & SEES_ALL else None
    return render_template(
        "accounts/organizations.html", mine=lists.belongs_to(db(), person.user_id), found=found, search=search,
        countries=_countries(),
    )  # fmt: skip


@bp.route("/organizations/new", methods=["GET", "POST"])
@allow(read=SIGNED_IN, write=SIGNED_IN)
def new_organization() -> ResponseReturnValue:
    form = OrganizationForm()
    form.country.choices = {"": "Choose a country", **_countries()}
    alike: list[OrganizationFacts] = []
    if form.validate_on_submit() and not (alike := _resembling(form)):
        try:
            with transaction() as session:
                added = belong.found_organization(
                    session, name=form.name.data, kind=form.chosen_kind, country=form.country.data,
                    website=form.website.data or "", user_id=principal().user_id, now=clock.now(),
                )  # fmt: skip
        except InvalidInput as refusal:
            form.country.errors.append(refusal.message)
        else:
            flash("Your organization is here. Invite the people who belong to it.", "success")
            return redirect(url_for("accounts.organization", organization_id=added), 303)
    page = render_template(
        "accounts/new_organization.html", form=form, resembling=alike, countries=dict(form.country.choices)
    )
    return page, 422 if form.errors else 200


def _resembling(form: OrganizationForm) -> list[OrganizationFacts]:
    """Return, once for a name, the organizations that a new one resembles."""
    before, form.compared.data = form.compared.data, resembling.entered(form.name.data, form.country.data)
    if before == form.compared.data:
        return []
    return resembling.resembling(
        db(), principal(), name=form.name.data, country=form.country.data, website=form.website.data or ""
    )


@bp.route("/organizations/<uuid:organization_id>", methods=["GET"])
@allow(read=SIGNED_IN)
def organization(organization_id: UUID) -> ResponseReturnValue:
    """Show an organization; a record that was merged leads to the one that was kept."""
    if (kept := merging.kept_record(db(), RecordKind.ORGANIZATION, organization_id)) is not None:
        return redirect(url_for("accounts.organization", organization_id=_visible(kept, principal()).id))
    return _page(_visible(organization_id, principal()), InvitationForm())


def _page(place: OrganizationRow, form: InvitationForm) -> ResponseReturnValue:
    person = principal()
    manages = _manages(place, person)
    members = lists.members_of(db(), place.id, number=page_number())
    form.offer(_roles(place))
    page = render_template(
        "accounts/organization.html", place=place, members=members, form=form,
        requests=lists.join_requests(db(), place.id) if manages else [],
        manages=manages, invitations=lists.invitations(db(), place.id, now=clock.now()) if manages else [],
        offered=_roles(place), person=person, belongs=place.id in person.organizations(), countries=_countries(),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@bp.route("/organizations/<uuid:organization_id>/invitations", methods=["POST"])
@allow(write=MANAGES)
def invite(organization_id: UUID) -> ResponseReturnValue:
    person = principal()
    place, form = _visible(organization_id, person), InvitationForm()
    form.offer(_roles(place))
    if form.validate_on_submit():
        cookies.throttle().spend(mail_to(normal_email(form.email.data)), sentence=TOO_MANY_INVITATIONS)
        try:
            with transaction() as session:
                belong.invite(
                    session, place.id, email=form.email.data, role=Role(form.role.data), actor_id=person.user_id,
                    now=clock.now(),
                )  # fmt: skip
        except NotFound:
            raise
        except DomainError as refusal:
            form.email.errors.append(refusal.message)
        else:
            flash(f"We mailed an invitation to {form.email.data}. It is good for 14 days.", "success")
            return redirect(url_for("accounts.organization", organization_id=place.id), 303)
    return _page(place, form)


@bp.route("/organizations/<uuid:organization_id>/invitations/<uuid:invitation_id>/withdraw", methods=["POST"])
@allow(write=MANAGES)
def withdraw_invitation(organization_id: UUID, invitation_id: UUID) -> ResponseReturnValue:
    with transaction() as session:
        belong.withdraw_invitation(
            session, organization_id, invitation_id, actor_id=principal().user_id, now=clock.now()
        )
    flash("The invitation no longer works.", "success")
    return redirect(url_for("accounts.organization", organization_id=organization_id), 303)


@bp.route("/organizations/<uuid:organization_id>/members/<uuid:member_user_id>/role", methods=["POST"])
@allow(write=MANAGES)
def change_member_role(organization_id: UUID, member_user_id: UUID) -> ResponseReturnValue:
    person, form = principal(), MemberRoleForm()
    form.offer(_roles(_visible(organization_id, person)))
    if not form.validate_on_submit():
        raise InvalidInput("Choose a role from the list.")
    with transaction() as session:
        belong.change_member_role(
            session, organization_id, member_user_id, Role(form.role.data), actor_id=person.user_id, now=clock.now()
        )
    flash("The role is changed.", "success")
    return redirect(url_for("accounts.organization", organization_id=organization_id), 303)


@bp.route("/organizations/<uuid:organization_id>/members/<uuid:member_user_id>/remove", methods=["POST"])
@allow(write=SIGNED_IN)
def remove_member(organization_id: UUID, member_user_id: UUID) -> ResponseReturnValue:
    """End a membership; one's own too."""
    person = principal()
    with transaction() as session:
        belong.remove_member(session, organization_id, member_user_id, actor_id=person.user_id, now=clock.now())
    if member_user_id == person.user_id:
        flash("You no longer belong to that organization.", "success")
        return redirect(url_for("accounts.my_organizations"), 303)
    flash("The person no longer belongs to your organization.", "success")
    return redirect(url_for("accounts.organization", organization_id=organization_id), 303)


@bp.route("/organizations/requests", methods=["POST"])
@allow(write=SIGNED_IN)
def ask_to_join() -> ResponseReturnValue:
    """Ask whoever manages an organization to be let in."""
    form, person = JoinForm(), principal()
    if not form.validate_on_submit():
        raise InvalidInput("Choose the organization that you want to join.")
    cookies.throttle().spend(mail_from(str(person.user_id)), sentence=TOO_MANY_REQUESTS)
    with transaction() as session:
        name = belong.ask_to_join(session, UUID(form.organization_id.data), user_id=person.user_id, now=clock.now())
    flash(f"We asked {name} to let you in. You get a mail when they answer.", "success")
    return redirect(safe_local(form.then.data or url_for("accounts.my_organizations")), 303)


@bp.route("/organizations/<uuid:organization_id>/requests/<uuid:request_id>", methods=["POST"])
@allow(write=MANAGES)
def answer_request(organization_id: UUID, request_id: UUID) -> ResponseReturnValue:
    """Let somebody in who asked, or decline."""
    place, answer = _visible(organization_id, principal()), request.form.get("answer", "")
    if not lists.asks_to_join(db(), place.id, request_id):
        raise NotFound(belong.NO_REQUEST)
    if answer not in list(AskEvent):
        raise InvalidInput("Choose whether to let the person in.")
    with transaction() as session:
        belong.answer_request(
            session, organization_id, request_id, AskEvent(answer), actor_id=principal().user_id, now=clock.now()
        )
    flash("The person is told.", "success")
    return redirect(url_for("accounts.organization", organization_id=organization_id), 303)
