"""Pages of this room."""

from flask import Blueprint

bp = Blueprint("screening", __name__)
