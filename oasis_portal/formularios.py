"""How every form is drawn: label, help, error and `aria-describedby` the same everywhere."""

from django.forms.renderers import TemplatesSetting


class Renderizador(TemplatesSetting):
    """Django's form renderer with the portal's templates (setting `FORM_RENDERER`).

    `{{ form }}` draws the error summary and every field; `{{ form.campo.as_field_group }}` draws one field.
    """

    form_template_name = "componentes/formulario.html"
    field_template_name = "componentes/campo.html"
