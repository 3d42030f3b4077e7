"""The yardstick: a bare Flask page that does what a signed-in page of a list must do, and no more.

The signed-in person by cookie, one indexed query of twenty rows, a template that inherits, a form with a token,
twenty-one addresses. `BARE_DATABASE` names its database.
"""

import os

from flask import Flask, render_template, session
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_wtf import FlaskForm
from jinja2 import DictLoader
from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session, sessionmaker
from wtforms import StringField

PAGES = {
    "base": "<!doctype html><html lang=en><head><title>{% block title %}{% endblock %}</title></head><body>"
    "<nav><a href='{{ url_for('page') }}'>Home</a></nav><main>{% block content %}{% endblock %}</main></body></html>",
    "page": "{% extends 'base' %}{% block title %}List{% endblock %}{% block content %}<h1>{{ person.name }}</h1>"
    "<form method=post>{{ form.hidden_tag() }}{{ form.words() }}</form><table>{% for row in rows %}<tr><td>"
    "<a href='{{ url_for('page', number=row.id) }}'>{{ row.title }}</a></td><td>{{ row.state }}</td><td>{{ row.at }}"
    "</td></tr>{% endfor %}</table>{% endblock %}",
}


class Base(DeclarativeBase):
    pass


class Person(Base, UserMixin):
    __tablename__ = "bare_people"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Row(Base):
    __tablename__ = "bare_rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(index=True)
    title: Mapped[str]
    state: Mapped[str]
    at: Mapped[str]


class WordsForm(FlaskForm):
    words = StringField("Words")


def make() -> Flask:
    app = Flask(__name__)
    app.config["SECRET_KEY"] = os.environ["BARE_DATABASE"]  # a yardstick has nothing to hide
    app.jinja_loader = DictLoader(PAGES)
    people = scoped_session(sessionmaker(create_engine(os.environ["BARE_DATABASE"], pool_size=10)))
    manager = LoginManager(app)
    manager.user_loader(lambda key: people.get(Person, int(key)))
    app.teardown_appcontext(lambda _error: people.remove())

    @app.get("/enter")
    def enter() -> str:
        login_user(people.get(Person, 1))
        session.permanent = True
        return "in"

    @app.get("/")
    def page() -> str:
        wanted = select(Row).where(Row.owner_id == current_user.id).order_by(Row.id).limit(20)
        rows = people.scalars(wanted).all()
        return render_template("page", person=current_user, rows=rows, form=WordsForm())

    return app


def fill(url: str) -> None:
    """Make the yardstick's tables and rows."""
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as opened:
        opened.add(Person(id=1, name="Somebody"))
        opened.add_all(
            Row(id=n, owner_id=1 + n % 50, title=f"Row {n}", state="open", at="2027-03-01") for n in range(1, 1001)
        )
        opened.commit()
    engine.dispose()
