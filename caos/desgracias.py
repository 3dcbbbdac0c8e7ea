"""What goes wrong, and when: one seeded sequence of deaths, restarts, moved clocks and faults at the gateway."""

import random
import threading
import time

# Seconds between two misfortunes, and between two sets of faults at the gateway.
PAUSA_S = (4.0, 9.0)
CADA_FALLAS_S = 12.0
# The gateway's clock never runs further ahead than this in all.
ADELANTO_MAXIMO_S = 900

# Kind of fault -> (where, probability, parameters). Two to four are in force at a time.
FALLAS = {
    "latencia": ("*", 0.3, {"ms": 50, "hasta_ms": 800}),
    "corte_antes": ("*", 0.1, {}),
    "corte_despues": ("*", 0.15, {}),
    "caida": ("*", 0.5, {}),
    "cuelgue": ("*", 0.02, {"segundos": 20, "procesar": True}),
    "error": ("*", 0.15, {"codigo": 503, "procesar": True}),
    "demasiadas": ("VerificacionPago", 0.05, {"segundos": 1}),
    "html": ("*", 0.1, {"procesar": True}),
    "medio_cuerpo": ("*", 0.15, {}),
    "goteo": ("*", 0.03, {"ms": 2}),
    "enorme": ("VerificacionPago", 0.03, {"megas": 3}),
    "tipo_contenido": ("*", 0.1, {"tipo": "text/plain"}),
    "redireccion": ("*", 0.1, {}),
    "cantidad": ("VerificacionPago", 0.5, {"de_mas": 2}),
    "vacio": ("VerificacionPago", 0.1, {"cantidad": 1}),
    "url_ajena": ("InicioPago", 0.05, {"origen": "http://127.0.0.1:9"}),
    "perdida": ("confirmacion", 0.3, {}),
    "duplicada": ("confirmacion", 0.4, {"copias": 3}),
    "desorden": ("confirmacion", 0.3, {"segundos": 3}),
}
_API = ("InicioPago", "VerificacionPago", "checkout", "consultas")


class Desgracias(threading.Thread):
    """Runs until `terminar()`; what it did is counted under `desgracia: `."""

    def __init__(self, montaje, *, semilla, cuenta):
        super().__init__(daemon=True, name="desgracias")
        self._montaje, self._cuenta = montaje, cuenta
        self._azar = random.Random(f"desgracias-{semilla}")
        self._fin, self._adelanto, self.error = threading.Event(), 0, None

    def run(self):
        posibles = [self._matar_web, self._matar_hijo_web, self._matar_trabajador, self._vaciar_redis]
        posibles += [self._reiniciar_redis, self._reiniciar_postgresql, self._mover_reloj, self._matar_trabajador]
        siguiente_falla = 0.0
        try:
            while not self._fin.wait(self._azar.uniform(*PAUSA_S)):
                if time.monotonic() >= siguiente_falla:
                    self._cambiar_fallas()
                    siguiente_falla = time.monotonic() + CADA_FALLAS_S
                self._azar.choice(posibles)()
                self._cuenta.sumar("desgracia: proceso que terminó solo", self._montaje.vivos())
        except Exception as error:  # told at the end of the run: misfortunes that stop prove nothing
            self.error = error

    def terminar(self):
        """No more misfortunes: the gateway behaves, everything runs."""
        self._fin.set()
        self.join()
        self._montaje.simulador.control("fallas", {"reglas": []})
        self._montaje.vivos()
        if self.error:
            raise self.error

    def _cambiar_fallas(self):
        reglas = []
        for tipo in self._azar.sample(sorted(FALLAS), self._azar.randint(2, 4)):
            punto, probabilidad, parametros = FALLAS[tipo]
            puntos = _API if punto == "*" else (punto,)
            reglas += [
                {"punto": uno, "tipo": tipo, "probabilidad": probabilidad, "parametros": parametros} for uno in puntos
            ]
        self._montaje.simulador.control("fallas", {"semilla": self._azar.randrange(10**6), "reglas": reglas})

    def _matar_web(self):
        self._montaje.matar("web")
        time.sleep(self._azar.uniform(0, 0.5))
        self._montaje.arrancar("web")
        self._cuenta.sumar("desgracia: kill -9 del servidor web entero")

    def _matar_hijo_web(self):
        import psutil

        hijos = psutil.Process(self._montaje.procesos["web"].proceso.pid).children()
        if hijos:
            self._azar.choice(hijos).kill()
            self._cuenta.sumar("desgracia: kill -9 de un proceso web")

    def _matar_trabajador(self):
        nombre = self._azar.choice(("trabajador-1", "trabajador-2"))
        self._montaje.matar(nombre)
        time.sleep(self._azar.uniform(0, 2))
        self._montaje.arrancar(nombre)
        self._cuenta.sumar("desgracia: kill -9 de un trabajador con su beat")

    def _vaciar_redis(self):
        self._montaje.redis.vaciar()
        self._cuenta.sumar("desgracia: FLUSHALL de Redis")

    def _reiniciar_redis(self):
        self._montaje.redis.caer()
        time.sleep(self._azar.uniform(0, 1))
        self._montaje.redis.levantar()
        self._cuenta.sumar("desgracia: kill -9 de Redis")

    def _reiniciar_postgresql(self):
        self._montaje.postgresql.caer()
        time.sleep(self._azar.uniform(0, 1))
        self._montaje.postgresql.levantar()
        self._montaje.esperar_base()
        self._cuenta.sumar("desgracia: caída de PostgreSQL")

    def _mover_reloj(self):
        adelanto = min(self._azar.randint(5, 90), ADELANTO_MAXIMO_S - self._adelanto)
        if adelanto > 0:
            self._adelanto += adelanto
            self._montaje.simulador.control("reloj", {"adelantar": adelanto})
            self._cuenta.sumar("desgracia: reloj de la pasarela adelantado")
