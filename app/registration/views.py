"""Pages of this room."""

from flask import Blueprint

bp = Blueprint("registration", __name__)
