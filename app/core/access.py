"""Who may enter: roles, the signed-in person, and the policy every route must declare.

A route says who may read and who may write; a write method is never covered by a read policy.
Whether this person may touch this very thing is a rule that the service or query asks.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, current_app, request
from flask_login import UserMixin, current_user

from app.core.errors import Forbidden, SignInRequired


class Role(StrEnum):
    """What a person is here for. The first five come with a membership, the rest are granted to staff."""

    PARTICIPANT = "participant"
    COMPANY_OWNER = "company_owner"
    COMPANY_DELEGATE = "company_delegate"
    EXPORT_OFFICER = "export_officer"
    FOCAL_POINT = "focal_point"
    REVIEWER = "reviewer"
    SCREENER = "screener"
    FINANCE = "finance"
    DOOR_STAFF = "door_staff"
    ORGANIZER = "organizer"
    ADMINISTRATOR = "administrator"


STAFF = frozenset({Role.REVIEWER, Role.SCREENER, Role.FINANCE, Role.DOOR_STAFF, Role.ORGANIZER, Role.ADMINISTRATOR})
COMPANY = frozenset({Role.COMPANY_OWNER, Role.COMPANY_DELEGATE, Role.EXPORT_OFFICER})


@dataclass(frozen=True, slots=True)
class MembershipOf:
    """That a person belongs to an organization, and as what."""

    organization_id: UUID
    organization_name: str
    role: Role


@dataclass(frozen=True)
class Principal(UserMixin):  # type: ignore[misc]
    """The signed-in person of this request, read once; never a database row."""

    user_id: UUID
    email: str
    name: str
    time_zone: str
    session_id: UUID
    session_token: str = field(repr=False)
    roles: frozenset[Role] = frozenset()
    memberships: tuple[MembershipOf, ...] = ()

    def get_id(self) -> str:
        """Return what Flask-Login keeps in the cookie: the session's token, not the person's id."""
        return self.session_token

    @property
    def is_staff(self) -> bool:
        return bool(self.roles & STAFF)

    def organizations(self, *roles: Role) -> frozenset[UUID]:
        """Return the organizations this person belongs to, in any of `roles` (any role when none is named)."""
        return frozenset(m.organization_id for m in self.memberships if not roles or m.role in roles)


@dataclass(frozen=True, slots=True)
class Policy:
    """Who passes: everyone, anyone signed in, or holders of one of the roles.

    `by_token` lets everyone through to a route that asks for a token of its own and answers 401 without one.
    """

    name: str
    roles: frozenset[Role] | None = None
    signed_in: bool = True
    by_token: bool = False

    def admits(self, person: Principal | None) -> bool:
        if not self.signed_in:
            return True
        if person is None:
            return False
        return self.roles is None or bool(self.roles & person.roles)


EVERYONE = Policy("everyone", signed_in=False)
SIGNED_IN = Policy("signed in")
TOKEN_HOLDERS = Policy("whoever holds a token for it", signed_in=False, by_token=True)


def holders(*roles: Role) -> Policy:
    """Return the policy that admits holders of any of `roles`."""
    return Policy(" or ".join(sorted(roles)), frozenset(roles))


V = TypeVar("V", bound=Callable[..., Any])
READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def allow(*, read: Policy | None = None, write: Policy | None = None) -> Callable[[V], V]:
    """Declare who may read (GET) and who may write (every other method) at a route."""

    def declare(view: V) -> V:
        view.access = {"read": read, "write": write}  # type: ignore[attr-defined]
        return view

    return declare


def policy_for(view: Callable[..., Any], method: str) -> Policy | None:
    """Return the policy a view declares for an HTTP method, None when it declares none."""
    declared: dict[str, Policy | None] = getattr(view, "access", {})
    return declared.get("read" if method in READ_METHODS else "write")


def undeclared(app: Flask) -> list[str]:
    """Name each route and method that says nothing about who may use it."""
    return sorted(
        f"{rule.endpoint} {method}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if policy_for(app.view_functions[rule.endpoint], method) is None
    )


def principal_or_none() -> Principal | None:
    """Return the signed-in person, None when nobody is."""
    person = current_user._get_current_object() if current_user else None
    return person if isinstance(person, Principal) else None


def principal() -> Principal:
    """Return the signed-in person. Raises SignInRequired when nobody is."""
    person = principal_or_none()
    if person is None:
        raise SignInRequired
    return person


def enforce() -> None:
    """Stop a request that the route's policy does not admit. Runs before every view."""
    if request.endpoint is None or request.method == "OPTIONS":
        return
    policy = policy_for(current_app.view_functions[request.endpoint], request.method)
    if policy is None:
        raise Forbidden
    if policy.signed_in:
        person = principal()
        if not policy.admits(person):
            raise Forbidden
