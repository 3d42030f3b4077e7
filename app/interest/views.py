"""Pages of this room."""

from flask import Blueprint

bp = Blueprint("interest", __name__)
