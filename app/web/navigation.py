"""What the shell's navigation offers; an item shows when its route's policy admits the reader."""

from dataclasses import dataclass

from flask import current_app, request, url_for

from app.core.access import COMPANY as COMPANY_ROLES
from app.core.access import STAFF, Policy, Principal, Role, holders, policy_for

EXPLORE, MINE, COMPANY, DESK = "Explore", "My summit", "My company", "Organize"
SECTIONS = [EXPLORE, MINE, COMPANY, DESK]  # in this order; other sections follow in the order of ITEMS
MOST_ALONE = 5


@dataclass(frozen=True, slots=True)
class Item:
    """One link: its words, the endpoint it leads to and the section it stands in."""

    label: str
    endpoint: str
    section: str
    policy: Policy | None = None  # narrower than the route's own, where the same page serves two sections


LEADS = holders(Role.FOCAL_POINT, Role.COMPANY_OWNER)
SEES_DELEGATIONS = holders(Role.ORGANIZER, Role.REVIEWER)
SEES_ALL = holders(Role.ADMINISTRATOR, Role.ORGANIZER, Role.REVIEWER, Role.SCREENER)
ITEMS: list[Item] = [
    Item("Directory", "directory.entries", EXPLORE),
    Item("Saved searches", "following.saved_searches", EXPLORE),
    Item("My list", "following.my_list", EXPLORE),
    Item("Countries", "regulatory.countries", EXPLORE),
    Item("Regulatory topics", "regulatory.topics", EXPLORE),
    Item("Home", "homes.home", MINE),
    Item("My application", "registration.status", MINE),
    Item("My badge", "door.badge", MINE),
    Item("What fits us", "partners.for_us", MINE),
    Item("Mandates", "partners.mandates", MINE),
    Item("Our profile", "partners.our_profile", MINE),
    Item("Private list", "partners.marks", MINE),
    Item("My interests", "interest.interests", MINE),
    Item("Deal rooms", "dealrooms.deal_rooms", MINE),
    Item("My ranking", "matching.ranking", MINE),
    Item("My meetings", "scheduling.meetings", MINE),
    Item("My agenda", "scheduling.agenda", MINE),
    Item("My questions", "enquiries.enquiries", MINE),
    Item("My delegation", "delegations.delegations", MINE, LEADS),
    Item("Organizations", "accounts.my_organizations", MINE),
    Item("Our entries", "directory.mine", COMPANY),
    Item("Pipeline", "interest.pipeline", COMPANY),
    Item("Partners", "partners.partners", COMPANY, holders(*COMPANY_ROLES)),
    Item("Private list", "partners.marks", COMPANY, holders(Role.COMPANY_OWNER, Role.COMPANY_DELEGATE)),
    Item("Questions to our export officer", "enquiries.for_us", COMPANY),
    Item("Our deal rooms", "dealrooms.our_rooms", COMPANY),
    Item("Export approvals", "dealrooms.approvals", COMPANY),
    Item("Home", "homes.home", DESK, holders(*STAFF)),
    Item("Control room", "reporting.control_room", DESK),
    Item("Applications", "registration.registrations", DESK),
    Item("Waitlist", "registration.waitlist", DESK),
    Item("Screening", "screening.cases", DESK),
    Item("Payments", "payments.payments", DESK),
    Item("Money by bank", "invoicing.bank", DESK),
    Item("Invoices and receipts", "invoicing.papers", DESK),
    Item("Denied visas", "registration.claims", DESK),
    Item("Held files", "documents.held", DESK),
    Item("Entries to review", "directory.reviews", DESK),
    Item("Claims", "directory.claims", DESK),
    Item("Partners", "partners.partners", DESK, SEES_DELEGATIONS),
    Item("Export desk", "enquiries.desk", DESK),
    Item("Interest in numbers", "interest.summary", DESK),
    Item("Deal rooms in numbers", "dealrooms.in_numbers", DESK),
    Item("Match runs", "matching.runs", DESK),
    Item("Timetable", "scheduling.timetable", DESK),
    Item("Door", "door.door", DESK),
    Item("Attendance", "door.attendance", DESK),
    Item("Badges", "door.badges", DESK),
    Item("Devices", "door.devices", DESK),
    Item("Travel", "registration.travellers", DESK),
    Item("Invitation letters", "registration.visa_letters", DESK),
    Item("Summit settings", "registration.summit", DESK),
    Item("Questionnaires", "questionnaires.questionnaires", DESK),
    Item("People", "accounts.people", DESK),
    Item("Duplicates", "accounts.duplicate_pairs", DESK),
    Item("Delegations", "delegations.delegations", DESK, SEES_DELEGATIONS),
    Item("Commercial officers", "delegations.officers", DESK),
    Item("All organizations", "accounts.my_organizations", DESK, SEES_ALL),
    Item("Outbox", "notifications.outbox", DESK),
    Item("Audit log", "reporting.audit_log", DESK),
]


@dataclass(frozen=True, slots=True)
class Link:
    """An item as this reader sees it."""

    label: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Section:
    """The links of one section; one that stands alone needs no menu."""

    name: str
    items: list[Link]

    @property
    def alone(self) -> bool:
        return len(self.items) == 1

    @property
    def current(self) -> bool:
        return any(link.current for link in self.items)


def sections(person: Principal | None) -> list[Section]:
    """Return the sections with the links that `person` may follow; sections without any are left out.

    A few links of a single section stand by themselves: a menu of one menu would only hide them.
    """
    names = SECTIONS + [item.section for item in ITEMS if item.section not in SECTIONS]
    found = [Section(name, _links(name, person)) for name in dict.fromkeys(names)]
    filled = [section for section in found if section.items]
    if len(filled) == 1 and len(filled[0].items) <= MOST_ALONE:
        return [Section(link.label, [link]) for link in filled[0].items]
    return filled


def _links(section: str, person: Principal | None) -> list[Link]:
    if section == MINE and person and person.is_staff and not person.memberships:
        return []  # who only works for the summit has no application, badge or agenda
    return [
        Link(item.label, url_for(item.endpoint), item.endpoint == request.endpoint)
        for item in ITEMS
        if item.section == section
        and open_to(item.endpoint, person)
        and (item.policy is None or item.policy.admits(person))
    ]


def open_to(endpoint: str, person: Principal | None) -> bool:
    """Tell whether the policy of an endpoint lets `person` read it."""
    view = current_app.view_functions.get(endpoint)
    policy = policy_for(view, "GET") if view else None
    return policy is not None and policy.admits(person)
