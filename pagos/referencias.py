"""References: never reused, readable aloud, not guessable from another (diseno.md 2, Pago)."""

import secrets

# Without 0 O 1 I L U: no two sound or look alike, and a leading zero cannot happen.
_ALFABETO = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_LARGO = 16  # 30^16, about 78 bits


def nueva_referencia():
    """A random reference of 16 characters; the database refuses the one in 10^23 that repeats."""
    return "".join(secrets.choice(_ALFABETO) for _ in range(_LARGO))


def nuevo_codigo():
    """128 random bits as 32 hexadecimal characters: return codes and verification codes."""
    return secrets.token_hex(16)
