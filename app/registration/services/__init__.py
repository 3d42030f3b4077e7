"""Commands of this room, the only writers of its tables; other rooms use the names listed here."""

from app.registration.services.apply import answer_question, save_draft, start_registration
from app.registration.services.assign import assign, limit_reviewer
from app.registration.services.changing import Outcome, ask_to_withdraw, change_application, take_back_change
from app.registration.services.decide import approve, ask, decline, put_on_waitlist, send_decision
from app.registration.services.decide_change import accept_change, follow_change_case, refuse_change
from app.registration.services.declare import declare
from app.registration.services.follow import (
    follow_case,
    follow_dispute,
    follow_payment,
    is_paid_for,
    lock_registration,
    remind_of_card,
    settle_late_money,
)
from app.registration.services.inputs import (
    SavedElsewhere,
    note_page_saved,
    save_inputs,
    save_letter,
    save_questions,
    save_staff_answers,
)
from app.registration.services.late_voucher import use_voucher
from app.registration.services.leave import cancel, expire, withdraw
from app.registration.services.moves import MovedMeanwhile, OwnApplication, on_leave
from app.registration.services.places import PoolFull
from app.registration.services.posting import LetterLeft, reword_letter
from app.registration.services.second import NeedsSecondReviewer, ask_for_second, propose_approval
from app.registration.services.submit import on_submit, submit
from app.registration.services.substitute import agree_to_successor, name_successor, withdraw_successor
from app.registration.services.summit import ChangedMeanwhile, configure_summit
from app.registration.services.thread import remind
from app.registration.services.undo import reconsider, undo
from app.registration.services.visa_claims import claim_visa_denial, decide_visa_claim
from app.registration.services.waitlist import accept_offer, offer_next

__all__ = [
    "ChangedMeanwhile",
    "LetterLeft",
    "MovedMeanwhile",
    "NeedsSecondReviewer",
    "Outcome",
    "OwnApplication",
    "PoolFull",
    "SavedElsewhere",
    "accept_change",
    "accept_offer",
    "agree_to_successor",
    "answer_question",
    "approve",
    "ask",
    "ask_for_second",
    "ask_to_withdraw",
    "assign",
    "cancel",
    "change_application",
    "claim_visa_denial",
    "configure_summit",
    "decide_visa_claim",
    "declare",
    "decline",
    "expire",
    "follow_case",
    "follow_change_case",
    "follow_dispute",
    "follow_payment",
    "is_paid_for",
    "limit_reviewer",
    "lock_registration",
    "name_successor",
    "note_page_saved",
    "offer_next",
    "on_leave",
    "on_submit",
    "propose_approval",
    "put_on_waitlist",
    "reconsider",
    "refuse_change",
    "remind",
    "remind_of_card",
    "reword_letter",
    "save_draft",
    "save_inputs",
    "save_letter",
    "save_questions",
    "save_staff_answers",
    "send_decision",
    "settle_late_money",
    "start_registration",
    "submit",
    "take_back_change",
    "undo",
    "use_voucher",
    "withdraw",
    "withdraw_successor",
]
