"""A mail server on this machine that keeps what it accepts, read as a mail program would read it."""

from email import message_from_bytes, policy

from aiosmtpd.controller import Controller

from herramientas.puertos import puerto_libre


class Buzon:
    """An SMTP server: `mensajes` are the EmailMessages accepted, oldest first.

    `rechazar`: text that no recipient may hold, "" for none. `despedida`: its answer to QUIT, "" for a proper one.
    """

    def __init__(self):
        self.puerto = puerto_libre()
        self.mensajes = []
        self.rechazar = self.despedida = ""
        self._servidor = None
        self.abrir()

    def abrir(self):
        """Listen, always on the same port; nothing when it does already."""
        if self._servidor is None:
            self._servidor = Controller(self, hostname="127.0.0.1", port=self.puerto)
            self._servidor.start()

    def cerrar(self):
        """Be away: whoever connects is refused."""
        if self._servidor is not None:
            self._servidor.stop()
            self._servidor = None

    def vaciar(self):
        """Forget what was accepted, and accept again."""
        self.mensajes, self.rechazar, self.despedida = [], "", ""

    async def handle_RCPT(self, _servidor, _sesion, sobre, direccion, _opciones):
        """Called by aiosmtpd with each recipient; what it returns is the server's answer."""
        if self.rechazar and self.rechazar in direccion:
            return "550 no such mailbox"
        sobre.rcpt_tos.append(direccion)
        return "250 OK"

    async def handle_QUIT(self, _servidor, _sesion, _sobre):
        """Called by aiosmtpd at the end of a session."""
        return self.despedida or "221 Bye"

    async def handle_DATA(self, _servidor, _sesion, sobre):
        """Called by aiosmtpd with each message; what it returns is the server's answer."""
        self.mensajes.append(message_from_bytes(sobre.original_content, policy=policy.default))
        return "250 OK"

    def recibidos(self):
        """Message-ID of each accepted message, oldest first."""
        return [mensaje["Message-ID"] for mensaje in self.mensajes]
