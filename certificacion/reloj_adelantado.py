"""`python -m certificacion.reloj_adelantado MINUTOS ORDEN...`: a management command in a process whose clock is ahead.

The certifier's half hour is too long to wait for, and moving a payment's dates by hand would prove nothing: here the
real command runs on untouched rows, and only this process believes that it is later.
"""

import os
import sys
from datetime import UTC, datetime, timedelta

import time_machine
from django.core.management import execute_from_command_line


def main(minutos, orden):
    """Run the management command `orden` (list of words) as if it were `minutos` minutes later."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "oasis_portal.settings")
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=minutos), tick=True):
        execute_from_command_line(["manage.py", *orden])


if __name__ == "__main__":
    main(float(sys.argv[1]), sys.argv[2:])
