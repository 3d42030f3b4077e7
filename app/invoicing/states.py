"""What a paper, an imported statement, an entry of the bank and a payout can be, and how they move."""

from enum import StrEnum

from app.core.access import Role

LEADS = (Role.FOCAL_POINT, Role.COMPANY_OWNER)
"""Who speaks for an organization where its money is concerned."""


class PaperKind(StrEnum):
    """What a numbered paper is; each kind has its own series of numbers in each year."""

    INVOICE = "invoice"
    RECEIPT = "receipt"
    CREDIT_NOTE = "credit_note"


PREFIXES: dict[PaperKind, str] = {PaperKind.INVOICE: "INV", PaperKind.RECEIPT: "RCT", PaperKind.CREDIT_NOTE: "CRN"}
KIND_LABELS: dict[PaperKind, str] = {
    PaperKind.INVOICE: "Invoice",
    PaperKind.RECEIPT: "Receipt",
    PaperKind.CREDIT_NOTE: "Credit note",
}


class Treatment(StrEnum):
    """How tax applies to a sale: as the settings say, owed by the buyer instead, or not at all."""

    STANDARD = "standard"
    REVERSE_CHARGE = "reverse_charge"
    OUTSIDE_SCOPE = "outside_scope"


TREATMENT_LABELS: dict[Treatment, str] = {
    Treatment.STANDARD: "Tax as the summit's settings say",
    Treatment.REVERSE_CHARGE: "Reverse charge: the buyer accounts for the tax",
    Treatment.OUTSIDE_SCOPE: "Outside the scope of tax",
}


class Standing(StrEnum):
    """What has become of an invoice, read from its lines' payments and the credit notes against it."""

    OPEN = "open"
    PART_PAID = "part_paid"
    PAID = "paid"
    REVERSED = "reversed"


class ImportState(StrEnum):
    """An imported file is READ and shown first, then its entries are taken in by a job."""

    READ = "read"
    QUEUED = "queued"
    DONE = "done"
    STOPPED = "stopped"


class ImportEvent(StrEnum):
    """What moves an import."""

    START = "start"
    FINISH = "finish"
    STOP = "stop"


I, IE = ImportState, ImportEvent  # noqa: E741 - local shorthand
IMPORT_TRANSITIONS: dict[tuple[ImportState, ImportEvent], ImportState] = {
    (I.READ, IE.START): I.QUEUED,
    (I.QUEUED, IE.FINISH): I.DONE,
    (I.QUEUED, IE.STOP): I.STOPPED,
    (I.STOPPED, IE.START): I.QUEUED,
}


class FileKind(StrEnum):
    """How a statement is written."""

    CSV = "csv"
    CAMT = "camt"


class EntryState(StrEnum):
    """Where money that came in stands. OUTGOING left the account, a REPEAT was told of in another file before."""

    PARKED = "parked"
    SUGGESTED = "suggested"
    BOOKED = "booked"
    NOT_OURS = "not_ours"
    RETURNED = "returned"
    REVERSED = "reversed"
    OUTGOING = "outgoing"
    REPEAT = "repeat"


class EntryEvent(StrEnum):
    """What moves an entry."""

    SUGGEST = "suggest"
    BOOK = "book"
    UNDO = "undo"
    DISOWN = "disown"
    RETURN = "return"
    REVERSE = "reverse"
    REOPEN = "reopen"
    SAME = "same"


E, EE = EntryState, EntryEvent
ENTRY_TRANSITIONS: dict[tuple[EntryState, EntryEvent], EntryState] = {
    (E.PARKED, EE.SUGGEST): E.SUGGESTED,
    (E.PARKED, EE.BOOK): E.BOOKED,
    (E.PARKED, EE.DISOWN): E.NOT_OURS,
    (E.PARKED, EE.RETURN): E.RETURNED,
    (E.PARKED, EE.REVERSE): E.REVERSED,
    (E.SUGGESTED, EE.BOOK): E.BOOKED,
    (E.SUGGESTED, EE.UNDO): E.PARKED,
    (E.SUGGESTED, EE.DISOWN): E.NOT_OURS,
    (E.SUGGESTED, EE.RETURN): E.RETURNED,
    (E.SUGGESTED, EE.REVERSE): E.REVERSED,
    (E.BOOKED, EE.UNDO): E.PARKED,
    (E.NOT_OURS, EE.REOPEN): E.PARKED,
    (E.RETURNED, EE.REOPEN): E.PARKED,
    (E.PARKED, EE.SAME): E.REPEAT,
    (E.REPEAT, EE.REOPEN): E.PARKED,
}
WORK = frozenset({E.PARKED, E.SUGGESTED})
ENTRY_LABELS: dict[EntryState, str] = {
    E.PARKED: "Parked",
    E.SUGGESTED: "Match suggested",
    E.BOOKED: "Booked",
    E.NOT_OURS: "Not ours",
    E.RETURNED: "Sent back",
    E.REVERSED: "Taken back by the bank",
    E.OUTGOING: "Went out",
    E.REPEAT: "Came before",
}


class PayoutState(StrEnum):
    """Where money that goes back by bank stands: first the payer names an account, then finance pays out."""

    ASKED = "asked"
    READY = "ready"
    PAID = "paid"
    CALLED_OFF = "called_off"
    CAME_BACK = "came_back"


class PayoutEvent(StrEnum):
    """What moves a payout."""

    NAME_ACCOUNT = "name_account"
    PAY = "pay"
    CALL_OFF = "call_off"
    COME_BACK = "come_back"


Q, QE = PayoutState, PayoutEvent
PAYOUT_TRANSITIONS: dict[tuple[PayoutState, PayoutEvent], PayoutState] = {
    (Q.ASKED, QE.NAME_ACCOUNT): Q.READY,
    (Q.READY, QE.NAME_ACCOUNT): Q.READY,
    (Q.ASKED, QE.CALL_OFF): Q.CALLED_OFF,
    (Q.READY, QE.CALL_OFF): Q.CALLED_OFF,
    (Q.READY, QE.PAY): Q.PAID,
    (Q.PAID, QE.COME_BACK): Q.CAME_BACK,
}
PAYOUT_LABELS: dict[PayoutState, str] = {
    Q.ASKED: "Waits for the account",
    Q.READY: "To be paid out",
    Q.PAID: "Paid out",
    Q.CALLED_OFF: "Called off",
    Q.CAME_BACK: "Came back",
}
