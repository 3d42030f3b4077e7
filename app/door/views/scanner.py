"""The scanner: a page that installs as an app and works without a network. It holds nobody's data itself."""

import hashlib
from pathlib import Path

from flask import Response, current_app, g, render_template, url_for
from flask.typing import ResponseReturnValue

from app.core.access import EVERYONE, allow
from app.door.views.blueprint import bp

SCRIPTS = ("scanner.js", "judge.js", "store.js", "sync.js", "camera.js")
FILES = (
    *(f"door/{name}" for name in SCRIPTS), "css/scanner.css", "vendor/qr/decode.js", "img/icon.svg",
    "door/icon-192.png", "door/icon-512.png",
)  # fmt: skip


@bp.get("/door/scanner")
@allow(read=EVERYONE)
def scanner() -> ResponseReturnValue:
    """The scanner page: the same for everybody, as a device enrols with a code and signs in nobody."""
    g.csp_more = {"worker-src": "'self'", "manifest-src": "'self'"}
    return render_template("door/scanner.html")


@bp.get("/door/scanner/manifest.webmanifest")
@allow(read=EVERYONE)
def manifest() -> ResponseReturnValue:
    """What a phone must know to install the scanner as an app."""
    page = url_for("door.scanner")
    return {
        "id": page, "name": "Rendezvous door scanner", "short_name": "Door", "start_url": page, "scope": page,
        "display": "standalone", "orientation": "portrait", "lang": "en", "dir": "ltr",
        "background_color": "#f6f8fd", "theme_color": "#0b1430",
        "description": "Scans badges at the gates of a summit, with or without a network.",
        "icons": [
            {"src": url_for("static", filename=f"door/icon-{size}.png"), "sizes": f"{size}x{size}",
             "type": "image/png", "purpose": purpose}
            for size in (192, 512) for purpose in ("any", "maskable")
        ],
    }, {"Content-Type": "application/manifest+json"}  # fmt: skip


@bp.get("/door/scanner/worker.js")
@allow(read=EVERYONE)
def worker() -> ResponseReturnValue:
    """The script that keeps the page on the device; a change of any of its files makes it another one."""
    page, here = url_for("door.scanner"), url_for("door.manifest")
    files = [page, here, *(f"{current_app.static_url_path}/{name}" for name in FILES)]
    text = render_template("door/worker.js", digest=_digest(), page=page, files=files)
    return Response(
        text, mimetype="text/javascript", headers={"Service-Worker-Allowed": page, "Cache-Control": "no-cache"}
    )


def _digest() -> str:
    """Return a digest of everything the worker keeps."""
    root = Path(current_app.static_folder or "")
    templates = Path(current_app.root_path).parent / "templates" / "door"
    sources = [root / name for name in FILES] + [templates / "scanner.html", templates / "worker.js"]
    found = hashlib.sha256()
    for source in sources:
        found.update(source.read_bytes())
    return found.hexdigest()[:16]
