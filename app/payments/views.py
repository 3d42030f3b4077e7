"""Pages of this room."""

from flask import Blueprint

bp = Blueprint("payments", __name__)
