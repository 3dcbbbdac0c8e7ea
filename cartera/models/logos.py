"""The pictures of the companies."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Logo(models.Model):
    """A logo as the portal gives it out: a PNG that `cartera.logos` made, never the file that somebody uploaded.

    Its key comes from its content, so the address of a logo never shows another picture, and uploading one again adds
    nothing. Rows are never changed; the history of an Empresa may name any of them.
    """

    huella = models.CharField(_("huella"), max_length=32, primary_key=True)
    png = models.BinaryField(_("imagen"))

    class Meta:
        verbose_name = _("logo")
        verbose_name_plural = _("logos")

    def __str__(self):
        return self.huella
