"""What the two sides of a meeting are called in a select."""

from sqlalchemy.orm import aliased

from app.accounts.models import Organization, User

Partner = aliased(User, name="partner")
House = aliased(Organization, name="house")
