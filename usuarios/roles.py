"""Roles: which group may do what. The table is data; each app's migrations hand their own rows to `sincronizar_roles`.

Groups and permissions must exist from the first `migrate`, but Django writes the permission rows only after the last
migration of all. So the rows that a role needs are written here, equal to the ones Django would write.
"""

PORTAL_DE_CLIENTES = "Portal de Clientes"
TESORERIA = "Tesorería"
CARTERA = "Cartera"
ADMINISTRACION = "Administración"
ROLES = (PORTAL_DE_CLIENTES, TESORERIA, CARTERA, ADMINISTRACION)
# The people behind the counter.
DEL_PERSONAL = (TESORERIA, CARTERA, ADMINISTRACION)

# role -> {"app.model": actions}; an action is one of Django's four or a codename of the model's Meta.permissions.
# A customer needs no permission: what it sees is said by its mappings.
PERMISOS = {
    PORTAL_DE_CLIENTES: {},
    TESORERIA: {
        "usuarios.tercero": ("view",),
        "usuarios.organizacion": ("view",),
    },
    CARTERA: {
        "usuarios.usuario": ("view",),
        "usuarios.asociacion": ("view",),
        "usuarios.tercero": ("view", "add", "change"),
        "usuarios.organizacion": ("view", "add", "change"),
    },
    ADMINISTRACION: {
        "usuarios.registroauditoria": ("view",),
        "usuarios.usuario": ("view", "add", "change"),
        "usuarios.asociacion": ("view", "add", "change"),
        "usuarios.tercero": ("view", "add", "change"),
        "usuarios.organizacion": ("view", "add", "change"),
    },
}

_DE_DJANGO = ("add", "change", "delete", "view")


def sincronizar_roles(apps, permisos=PERMISOS):
    """Make every role exist and hold at least the permissions of the table; what somebody added by hand stays.

    `apps` is a migration's registry or `django.apps.apps`; `permisos` has the shape of PERMISOS, of any app. What a
    later migration will create is left for it to hand out: a model or permission that `apps` does not know is passed
    over. A migration that calls this depends on auth's and contenttypes' last ones and on what creates its models.
    """
    Group = apps.get_model("auth", "Group")
    for rol in ROLES:
        grupo, _creado = Group.objects.get_or_create(name=rol)
        for modelo, acciones in permisos.get(rol, {}).items():
            grupo.permissions.add(*filter(None, (_permiso(apps, modelo, accion) for accion in acciones)))


def _permiso(apps, etiqueta, accion):
    app_label, nombre = etiqueta.lower().split(".")
    try:
        opciones = apps.get_model(app_label, nombre)._meta
    except LookupError:
        return None
    nombres = {f"{de_django}_{nombre}": f"Can {de_django} {opciones.verbose_name_raw}" for de_django in _DE_DJANGO}
    nombres |= {codename: str(texto) for codename, texto in opciones.permissions}
    codename = f"{accion}_{nombre}" if accion in _DE_DJANGO else accion
    if codename not in nombres:
        return None
    tipo, _creado = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label=app_label, model=nombre
    )
    permiso, _creado = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=tipo, codename=codename, defaults={"name": nombres[codename]}
    )
    return permiso
