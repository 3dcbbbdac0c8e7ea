"""`usuarios.dispositivos`: open sessions as people recognise them."""

import pytest

from usuarios.dispositivos import describir_agente


@pytest.mark.parametrize(
    ("agente", "esperado"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14; K) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36",
            "Chrome en Android",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1",
            "Safari en iPhone",
        ),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0", "Firefox en Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge en Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari/605.1.15", "Safari en macOS"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/130.0 Safari/537.36 OPR/115.0", "Opera en Linux"),
        ("curl/8.0", "Navegador desconocido"),
        ("", "Navegador desconocido"),
    ],
)
def test_el_navegador_se_nombra_como_la_gente_lo_conoce(agente, esperado):
    """Browser and system, not the header."""
    assert describir_agente(agente) == esperado
