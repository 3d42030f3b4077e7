"""After a merge the record that is kept has the papers, refunds and letters of the other; what is printed stays."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.accounts import merging
from app.accounts.merge import Merging
from app.accounts.models import Organization, User
from app.accounts.states import RecordKind
from app.core import clock
from app.core.access import Role
from app.invoicing import queries
from app.invoicing import services as invoicing
from app.invoicing.models import Paper
from app.invoicing.queries import Wanted
from app.payments.models import Payment
from app.payments.states import PaymentMethod
from app.registration import services
from app.registration.services import visa
from app.registration.visa_models import VisaLetter
from tests.factories import accounts, regulatory
from tests.factories import invoicing as make
from tests.factories import registration as places
from tests.services.test_invoicing_registration import ACCOUNT, TAX, payment_of
from tests.services.test_visa_letters import NOOR, comes


def merged(session: Session, kept: Any, gone: Any, kind: RecordKind = RecordKind.PERSON, **choices: str) -> None:
    actor = accounts.staff(session, Role.ORGANIZER).id
    merging.merge_records(
        session,
        Merging(kind=kind, kept_id=kept.id, gone_id=gone.id, actor_id=actor, now=clock.now(), choices=choices),
    )


def test_papers_of_a_merged_person_are_opened_by_the_record_that_is_kept(session: Session, signed_in: Any):
    summit = places.summit(session, bank_accounts=(ACCOUNT,), tax=TAX)
    stays, going = (places.in_review(session, summit=summit) for _ in range(2))
    payment = payment_of(session, going)
    invoicing.choose(session, payment.id, PaymentMethod.TRANSFER, actor_id=going.user_id, now=clock.now())
    services.approve(
        session, going.id, actor_id=accounts.staff(session, Role.REVIEWER).id, now=clock.now(),
        max_list_age_days=100_000,
    )  # fmt: skip
    paper = session.scalars(sa.select(Paper)).one()
    make.pay(session, payment, 92_500)
    payment.payer_email = session.get_one(User, going.user_id).email
    before = (paper.buyer_name, paper.facts, paper.digest, invoicing.open_pdf(session, paper.id))
    kept, gone = session.get_one(User, stays.user_id), session.get_one(User, going.user_id)
    merged(session, kept, gone, **{f"application-{summit.id}": str(stays.id)})
    assert session.get_one(Payment, payment.id).payer_email == kept.email
    paper = session.get_one(Paper, paper.id, populate_existing=True)
    assert (paper.buyer_name, paper.facts, paper.digest, invoicing.open_pdf(session, paper.id)) == before
    paper_id, number, kept_id, payment_id = paper.id, going.number, kept.id, payment.id
    session.commit()
    visitor = signed_in(kept_id)
    page = visitor.get("/apply/status")
    assert f"Application {number}, cancelled" in page.text
    assert paper.number in page.links()
    assert "Goes back: $925.00" in page.text
    assert visitor.client.get(f"/papers/{paper_id}").data.startswith(b"%PDF")
    assert visitor.client.get(f"/payments/{payment_id}").status_code == 200


def test_group_papers_of_a_merged_organization_belong_to_the_one_that_is_kept(
    session: Session, monkeypatch: pytest.MonkeyPatch
):
    gone, kept = accounts.organization(session), accounts.organization(session)
    accounts.member(session, organization=gone, role=Role.FOCAL_POINT)
    lead = accounts.member(session, organization=kept, role=Role.FOCAL_POINT).user_id
    with make.sells(monkeypatch, organization_id=gone.id):
        make.due(session, method=PaymentMethod.GROUP)
        paper = invoicing.issue_group_invoice(session, gone.id, "USD", actor_id=None, now=clock.now())
    said = paper.buyer_name
    merged(session, session.get_one(Organization, kept.id), gone, RecordKind.ORGANIZATION)
    assert [row.buyer_name for row in queries.papers(session, Wanted(organization_id=kept.id)).items] == [said]
    assert queries.may_open(session, paper.id, reader_id=lead, leads=frozenset({kept.id}))


def test_a_letter_of_a_merged_person_is_on_the_kept_records_page_and_opens(session: Session, signed_in: Any):
    regulatory.load_shipped(session, "countries")
    guest = comes(session)
    made = visa.issue_letter(session, guest.id, NOOR, actor_id=guest.user_id, now=clock.now())
    kept, gone = accounts.user(session), session.get_one(User, guest.user_id)
    merged(session, kept, gone)
    kept_id, file_id = kept.id, session.get_one(VisaLetter, made).file_id
    session.commit()
    visitor = signed_in(kept_id)
    assert "Download the letter (PDF)" in visitor.get("/apply/status").links()
    assert visitor.client.get(f"/files/{file_id}").status_code == 200
