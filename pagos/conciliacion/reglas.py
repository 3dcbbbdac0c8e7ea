"""What must hold of one pago. Each rule takes a PagoLeido and yields the Diferencia that it finds."""

from cartera.dinero import CERO, sumar
from pagos.conciliacion.tipos import Diferencia
from pagos.estados import ABIERTOS, Estado


def _diferencia(leido, regla, *, esperado, encontrado, detalle=""):
    fila = leido.fila
    return Diferencia(
        regla=regla,
        empresa=fila["empresa__nit"],
        moneda=fila["moneda"],
        sujeto=fila["referencia"],
        esperado=esperado,
        encontrado=encontrado,
        detalle=detalle,
    )


def detalles_suman_el_total(leido):
    """Σ details = pago.total, and their IVA the pago's."""
    for campo, suyo in (("valor", "total"), ("iva", "iva")):
        suma = sumar(detalle[campo] for detalle in leido.detalles)
        if suma != leido.fila[suyo]:
            yield _diferencia(leido, f"detalles_{suyo}", esperado=leido.fila[suyo], encontrado=suma)


def detalles_de_su_dueno(leido):
    """Every detail pays a saldo of the pago's empresa, tercero and currency, and its abono goes to that saldo."""
    fila = leido.fila
    dueno = (fila["empresa_id"], fila["tercero_id"], fila["moneda"])
    for detalle in leido.detalles:
        suyo = (detalle["saldo__empresa_id"], detalle["saldo__tercero_id"], detalle["saldo__moneda"])
        if suyo != dueno:
            yield _diferencia(leido, "detalle_ajeno", esperado=str(dueno), encontrado=str(suyo))
        if detalle["abono__saldo_id"] not in (None, detalle["saldo_id"]):
            yield _diferencia(
                leido, "abono_ajeno", esperado=str(detalle["saldo_id"]), encontrado=str(detalle["abono__saldo_id"])
            )


def abierto_como_el_estado(leido):
    """A detail holds its saldo while its pago is open, and only then (on SQLite no constraint says so)."""
    abierto = leido.fila["estado"] in ABIERTOS
    distintos = sum(1 for detalle in leido.detalles if detalle["abierto"] != abierto)
    if distintos:
        yield _diferencia(
            leido,
            "detalle_abierto",
            esperado="abierto" if abierto else "cerrado",
            encontrado=f"{distintos} de {len(leido.detalles)} no",
            detalle=leido.fila["estado"],
        )


def dinero_de_cada_detalle(leido):
    """Of an approved detail, Abono + SaldoAFavor = its valor; of any other, nothing."""
    aprobada = leido.fila["estado"] == Estado.APROBADA
    for detalle in leido.detalles:
        dinero = (detalle["abono__valor"] or CERO) + (detalle["saldo_a_favor__valor"] or CERO)
        debe = detalle["valor"] if aprobada else CERO
        if dinero != debe:
            yield _diferencia(
                leido, "dinero_del_detalle", esperado=debe, encontrado=dinero, detalle=f"saldo {detalle['saldo_id']}"
            )


def excedentes_con_su_novedad(leido):
    """Each further approval told by a Novedad is one SaldoAFavor of that attempt and amount, and no other is."""
    favores = {favor["intento"]: favor["valor"] for favor in leido.favores if favor["intento"]}
    for intento in sorted(favores.keys() | leido.excedentes.keys()):
        esperado, encontrado = leido.excedentes.get(intento, CERO), favores.get(intento, CERO)
        if esperado != encontrado:
            yield _diferencia(leido, "excedente", esperado=esperado, encontrado=encontrado, detalle=intento)


def favores_con_su_origen(leido):
    """A credit belongs to the pago's empresa, tercero and currency; one said by two people is what they said.

    It is never used beyond what it holds, nor for a saldo of somebody else.
    """
    fila = leido.fila
    dueno = (fila["empresa_id"], fila["tercero_id"], fila["moneda"])
    for favor in leido.favores:
        if any(favor[campo] != fila[campo] for campo in ("empresa_id", "tercero_id", "moneda")):
            yield _diferencia(leido, "favor_ajeno", esperado=fila["moneda"], encontrado=favor["moneda"])
        dicho = favor["novedad__propuesta_valor"] if favor["novedad__resuelta_en"] else None
        if favor["novedad_id"] and (dicho != favor["valor"] or favor["novedad__pago_id"] != fila["id"]):
            yield _diferencia(leido, "favor_de_revision", esperado=dicho or CERO, encontrado=favor["valor"])
        if favor["aplicado"] > favor["valor"]:
            yield _diferencia(leido, "favor_gastado_de_mas", esperado=favor["valor"], encontrado=favor["aplicado"])
        for ajeno in (otro for otro in favor["aplicado_a"] if otro != dueno):
            yield _diferencia(leido, "favor_en_lo_ajeno", esperado=str(dueno), encontrado=str(ajeno))


def historia_y_recibo(leido):
    """The last event says the state; an APROBADA, and no other, has one receipt, and both of its dates."""
    fila = leido.fila
    ultimo = leido.estados[-1] if leido.estados else ""
    if ultimo != fila["estado"]:
        yield _diferencia(leido, "historia", esperado=fila["estado"], encontrado=ultimo or "sin eventos")
    aprobada = fila["estado"] == Estado.APROBADA
    if leido.recibos != int(aprobada):
        yield _diferencia(leido, "recibo", esperado=str(int(aprobada)), encontrado=str(leido.recibos))
    if aprobada and not (fila["aprobada_en"] and fila["fecha_pago"]):
        yield _diferencia(leido, "fecha", esperado="aprobada_en y fecha_pago", encontrado="falta")


REGLAS = (
    detalles_suman_el_total,
    detalles_de_su_dueno,
    abierto_como_el_estado,
    dinero_de_cada_detalle,
    excedentes_con_su_novedad,
    favores_con_su_origen,
    historia_y_recibo,
)
