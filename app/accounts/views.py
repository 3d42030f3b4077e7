"""Pages of this room."""

from flask import Blueprint

from app.accounts import cookies

bp = Blueprint("accounts", __name__)
bp.before_app_request(cookies.note_visit)
