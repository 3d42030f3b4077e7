"""What becomes of every column that names a person or an organization when two records are merged: one rule a line.

The rules name tables of several rooms, so they stand above the rooms, as the wiring does. A test compares them with
the tables: a new column without a rule here fails it. "Stay" is for who did something at the time: the tombstone
keeps the name. Grants, sessions and links never move. A paper is opened by the record that is kept; what is printed
on it stays as it was issued.
"""

from app.accounts.merge import ColumnRule, How, column_rules

MOVE, STAY, SETTLED, CLEAR = ColumnRule(How.MOVE), ColumnRule(How.STAY), ColumnRule(How.SETTLED), ColumnRule(How.CLEAR)


def _moves(what: str) -> ColumnRule:
    return ColumnRule(How.MOVE, what)


def _joins(what: str, *same: str) -> ColumnRule:
    return ColumnRule(How.JOIN, what, same)


PEOPLE = {
    "admissions.admitted_by": STAY,
    "approval_proposals.closed_by": STAY,
    "approval_proposals.proposed_by": MOVE,
    "badge_names.changed_by": STAY,
    "badge_runs.made_by": STAY,
    "badges.issued_by": STAY,
    "badges.stopped_by": STAY,
    "bank_allocations.made_by": STAY,
    "bulk_decisions.made_by": STAY,
    "calendar_feeds.user_id": STAY,
    "decision_letters.made_by": STAY,
    "delegates.decided_by_id": STAY,
    "delegates.entered_by_id": STAY,
    "delegates.removed_by_id": STAY,
    "delegates.submitted_by_id": STAY,
    "delegates.user_id": _moves("Places in delegations"),
    "delegation_imports.uploaded_by_id": STAY,
    "desk_views.owner_id": STAY,
    "directory_claims.claimant_id": _moves("Claims to entries"),
    "directory_claims.decided_by": STAY,
    "directory_entry_versions.attested_by": STAY,
    "directory_entry_versions.author_id": STAY,
    "directory_proposals.decided_by": STAY,
    "door_conflicts.closed_by": STAY,
    "door_devices.ended_by": STAY,
    "door_devices.made_by": STAY,
    "duplicate_pairs.decided_by_id": STAY,
    "email_tokens.created_by_id": STAY,
    "email_tokens.user_id": SETTLED,
    "fee_waivers.decided_by": STAY,
    "fee_waivers.proposed_by": MOVE,
    "files.owner_id": _moves("Files"),
    "focal_grants.granted_by_id": STAY,
    "focal_grants.revoked_by_id": STAY,
    "focal_grants.user_id": SETTLED,
    "interest_steps.actor_id": STAY,
    "interests.user_id": _moves("Interests"),
    "join_requests.decided_by_id": STAY,
    "join_requests.user_id": _joins("Requests to join organizations", "organization_id", "state"),
    "letter_templates.made_by": STAY,
    "login_sessions.user_id": SETTLED,
    "match_blocks.set_by": STAY,
    "match_rulings.made_by": STAY,
    "match_runs.made_by": STAY,
    "match_wishes.said_by": STAY,
    "meeting_absences.user_id": _joins("Times they cannot meet", "slot_id"),
    "meeting_people.user_id": _joins("Meetings", "meeting_id"),
    "meeting_seats.user_id": _joins("", "meeting_id"),
    "meeting_steps.actor_id": STAY,
    "memberships.user_id": ColumnRule(How.SETTLED, "Memberships"),
    "merged_organizations.merged_by_id": STAY,
    "merged_people.gone_id": STAY,
    "merged_people.kept_id": MOVE,
    "merged_people.merged_by_id": STAY,
    "nominations.uploaded_by_id": STAY,
    "nominations.withdrawn_by_id": STAY,
    "papers.issued_by": STAY,
    "papers.payer_id": _moves("Invoices and receipts"),
    "payment_disputes.decided_by": STAY,
    "payment_disputes.replied_by": STAY,
    "payment_refunds.released_by": STAY,
    "payment_refunds.requested_by": STAY,
    "payments.payer_id": _moves("Payments"),
    "payouts.paid_by": STAY,
    "questionnaire_versions.edited_by": STAY,
    "questionnaire_versions.published_by": STAY,
    "reason_lists.made_by": STAY,
    "registration_changes.decided_by": STAY,
    "registration_changes.proposed_by": MOVE,
    "registration_messages.author_id": STAY,
    "registration_steps.actor_id": STAY,
    "registrations.assignee_id": CLEAR,
    "registrations.decided_by": STAY,
    "registrations.user_id": _moves("Applications"),
    "reviewer_scopes.user_id": STAY,
    "role_grants.granted_by_id": STAY,
    "role_grants.revoked_by_id": STAY,
    "role_grants.user_id": SETTLED,
    "scans.scanned_by": STAY,
    "screening_case_people.user_id": _joins("", "case_id"),
    "screening_case_steps.actor_id": STAY,
    "screening_cases.assigned_to_id": MOVE,
    "screening_cases.proposed_by_id": MOVE,
    "seatings.made_by": STAY,
    "statement_imports.made_by": STAY,
    "substitutions.named_by": STAY,
    "summit_versions.made_by": STAY,
    "visa_claims.decided_by": STAY,
    "visa_letters.ended_by": STAY,
    "visa_letters.issued_by": STAY,
    "vouchers.made_by": STAY,
    "vouchers.stopped_by": STAY,
}
ORGANIZATIONS = {
    "billing_details.organization_id": _joins("Billing details"),
    "delegations.organization_id": _joins("Delegations", "summit_id"),
    "directory_claims.organization_id": _moves("Claims to entries"),
    "directory_entries.organization_id": _moves("Entries in the directory"),
    "email_tokens.organization_id": SETTLED,
    "focal_grants.organization_id": SETTLED,
    "group_dues.organization_id": _moves("Fees on a group invoice"),
    "interests.organization_id": _moves("Interests"),
    "join_requests.organization_id": _moves("Requests to join"),
    "meetings.organization_id": _moves("Meetings"),
    "memberships.organization_id": ColumnRule(How.SETTLED, "Members"),
    "merged_organizations.gone_id": STAY,
    "merged_organizations.kept_id": MOVE,
    "papers.organization_id": _moves("Invoices and receipts"),
    "registrations.organization_id": _moves("Applications"),
}
column_rules.update({**PEOPLE, **ORGANIZATIONS})
