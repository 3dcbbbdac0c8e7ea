"""This process was told to end (SIGTERM): whoever works through what is due takes nothing more of it.

Celery waits for the tasks that run, so each long one looks here between two of its steps.
"""

import threading

_pedida = threading.Event()


def pedir():
    """From now on: finish what is in hand, hand back the rest."""
    _pedida.set()


def pedida():
    """True once this process was told to end."""
    return _pedida.is_set()
