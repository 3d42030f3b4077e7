"""Pages of this room."""

from flask import Blueprint

bp = Blueprint("reporting", __name__)
