"""The table that a run prints: what really went wrong, what customers did, and what differs."""

_LISTADAS = 40


def informe(corrida, cuenta, *, fallas, conciliar):
    """(text, whether nothing differs). `fallas`: the simulator's count; `conciliar`: (exit code, output)."""
    diferencias, totales, estados = corrida.comparar()
    defectos = cuenta.filas("DEFECTO: ")
    bien = not diferencias and not defectos and conciliar[0] == 0
    secciones = [
        ("Desgracias que ocurrieron", cuenta.filas("desgracia: ")),
        ("Fallas de la pasarela que ocurrieron", sorted(_aplanar(fallas))),
        ("Conductas de los pagadores", cuenta.filas("conducta: ")),
        ("Lo que vieron los pagadores", cuenta.filas("pagador: ")),
        ("El ERP", cuenta.filas("ERP: ")),
        ("Excepciones en la bitácora del portal", sorted(corrida.errores_del_portal().items())),
        ("Pagos al final", sorted(estados.items())),
        ("Dinero al final (COP)", _dinero(totales)),
    ]
    lineas = [linea for titulo, filas in secciones for linea in _seccion(titulo, filas)]
    lineas += ["", f"conciliar: código {conciliar[0]}", *conciliar[1].strip().splitlines()[-12:]]
    lineas += ["", f"Diferencias con la pasarela: {len(diferencias)}"]
    lineas += [f"  {referencia}: {que}" for referencia, que in diferencias[:_LISTADAS]]
    lineas += [f"  {que}: {veces}" for que, veces in defectos]
    lineas += ["", "RESULTADO: 0 diferencias." if bien else "RESULTADO: HAY DIFERENCIAS.", ""]
    return "\n".join(lineas), bien


def _seccion(titulo, filas):
    return ["", titulo, *(f"  {nombre:<58} {valor:>16}" for nombre, valor in filas)]


def _dinero(totales):
    aprobado, abonos, favores, en_duda, seguro = totales
    return [
        ("1 aprobado en la pasarela", f"{aprobado:,.2f}"),
        ("2 de ello, en Novedades que debe ver una persona", f"{en_duda:,.2f}"),
        ("3 abonos", f"{abonos:,.2f}"),
        ("4 saldos a favor", f"{favores:,.2f}"),
        ("5 diferencia (1 − 2 − 3 − 4)", f"{seguro - abonos - favores:,.2f}"),
    ]


def _aplanar(fallas):
    """(name, count) out of the simulator's count of faults, whatever its nesting."""
    for nombre, valor in fallas.items():
        if isinstance(valor, dict):
            yield from ((f"{nombre} {dentro}", cuantas) for dentro, cuantas in _aplanar(valor))
        else:
            yield nombre, valor
