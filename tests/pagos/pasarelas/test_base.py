"""What every adapter may rely on."""

from pagos.models import Pago
from pagos.pasarelas.base import URL_MAXIMA


def test_la_direccion_mas_larga_que_se_entrega_cabe_en_su_columna():
    """What the client allows as an address is what a pago can keep."""
    assert Pago._meta.get_field("url_pasarela").max_length == URL_MAXIMA
