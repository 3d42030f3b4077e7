"""The page behind the link that stops a mail: it asks once, and a mail program may answer for its reader."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.core import clock
from app.core.access import EVERYONE, allow
from app.core.csrf import exempt
from app.core.db import transaction
from app.core.errors import NotFound
from app.core.settings import settings
from app.following import services
from app.following.rules.stop_links import Stop, read_stop
from app.following.views.blueprint import bp


def _stop(token: str) -> Stop:
    found = read_stop(token, settings().secret_key)
    if found is None:
        raise NotFound("This link does not stop any mail. Take it whole from the end of the mail, or sign in.")
    return found


@bp.get("/stop-mail/<string:stop_token>")
@allow(read=EVERYONE)
def stop_mail(stop_token: str) -> ResponseReturnValue:
    """Ask whether mails shall stop: opening a link changes nothing, since scanners of mail open every link."""
    return render_template("following/stop.html", stop=_stop(stop_token), stop_token=stop_token, is_done=False)


@bp.post("/stop-mail/<string:stop_token>")
@allow(write=EVERYONE)
@exempt
def stop_mail_now(stop_token: str) -> ResponseReturnValue:
    """Stop the mails that the signed link names; mail programs send this for their readers (RFC 8058)."""
    stop = _stop(stop_token)
    with transaction() as session:
        services.stop_mail(session, stop, now=clock.now())
    return render_template("following/stop.html", stop=stop, stop_token=stop_token, is_done=True)
