"""What Django's report of an error of ours may tell: the page of DEBUG, and the mail to ADMINS where somebody sets it.

The code that calls a gateway or checks a password has its secrets in local variables, in the form that was posted and
in the settings, under names that Django does not know.
"""

import re

from django.views.debug import SafeExceptionReporterFilter


class FiltroDeInformes(SafeExceptionReporterFilter):
    """Django's filter, always on, that shows of every variable, posted field and cookie its name and nothing else."""

    hidden_settings = re.compile(
        f"{SafeExceptionReporterFilter.hidden_settings.pattern}|CLAVE|CIFRADO|SECRETO|SESION|CSRF|REDIS|BROKER|LOCATION",
        re.IGNORECASE,
    )

    def is_active(self, request):  # noqa: ARG002 - Django's signature
        """Also with DEBUG: a screen is photographed, and pasted into a chat."""
        return True

    def get_post_parameters(self, request):
        """The names of what was posted."""
        return dict.fromkeys(request.POST if request else (), self.cleansed_substitute)

    def get_safe_cookies(self, request):
        """The names of the cookies."""
        return dict.fromkeys(request.COOKIES if request else (), self.cleansed_substitute)

    def get_traceback_frame_variables(self, request, tb_frame):  # noqa: ARG002 - Django's signature
        """The names of a frame's variables with the types of their values."""
        return [(nombre, type(valor)) for nombre, valor in tb_frame.f_locals.items()]
