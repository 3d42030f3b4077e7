"""One lock round everything that pdfium does: it may not be used by two threads of one process at once."""

from threading import RLock

LOCK = RLock()
