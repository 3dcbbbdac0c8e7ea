"""The Content-Security-Policy, in one place so that Django 6's own setting can replace the package later.

`form-action 'self'` also governs where a submitted form may be redirected to, so the way to a redirect gateway is our
own GET page; only PayU's form page adds its origin, on that response alone (diseno.md 7).
"""

from csp.constants import NONE, SELF

DIRECTIVAS = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF],
    "font-src": [SELF],
    "connect-src": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
}

CONTENT_SECURITY_POLICY = {"DIRECTIVES": DIRECTIVAS}
