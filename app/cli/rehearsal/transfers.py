"""Bank transfers in the demonstration: a few partners choose an invoice, and a made-up statement comes in."""

from uuid import UUID

from sqlalchemy import select

from app.cli.rehearsal.house import House
from app.core import clock
from app.core.db import db, transaction
from app.core.money import Money
from app.documents import services as documents
from app.documents.states import Purpose
from app.invoicing import services
from app.invoicing.queries.opens import open_invoices
from app.payments.models import Payment
from app.payments.states import PaymentMethod, PaymentState


def choose_invoices(house: House, *, people: int) -> None:
    """Let the last partners who saved a card pay by bank transfer instead."""
    wanted = select(Payment.id, Payment.payer_id).where(Payment.state == PaymentState.CARD_SAVED)
    found = db().execute(wanted.order_by(Payment.created_at.desc(), Payment.id).limit(people)).all()
    for payment_id, payer_id in ((one, payer) for one, payer in found if payer):
        with transaction() as session:
            services.choose(session, payment_id, PaymentMethod.TRANSFER, actor_id=payer_id, now=clock.now())
    house.settle()


def take_statement_in(house: House) -> UUID | None:
    """Hand a made-up statement in: one invoice is paid, one in part, and one sum belongs to nobody known."""
    opens = open_invoices(db())
    if not opens:
        return None
    day, finance = clock.now().date().isoformat(), house.staff["finance"]
    rows = [(opens[0].open_cents, "Made-up Bank customer", f"Reference {opens[0].reference}", opens[0].currency)]
    rows += [(one.open_cents - 15_000, "Another made-up customer", one.number, one.currency) for one in opens[1:2]]
    rows.append((12_500, "Unknown sender (demonstration)", "Conference, thank you", opens[0].currency))
    lines = [f'{day};{Money(cents, code).plain};{code};"{name}";"{words}"' for cents, name, words, code in rows]
    content = "\n".join(["Booking date;Amount;Currency;Name;Remittance", *lines, ""]).encode()
    checked = documents.check(content, name=f"statement-{day}.csv", purpose=Purpose.STATEMENT)
    with transaction() as session:
        import_id = services.hand_in(session, checked, actor_id=finance, now=clock.now()).id
        services.start_import(session, import_id, None, return_to="/bank", actor_id=finance, now=clock.now())
    house.settle()
    return import_id
