// The way to a gateway that takes a form: it sends itself, once. Without scripts its button does.

const formulario = document.querySelector("form[data-enviar-solo]");

// Coming back with the browser's button must not throw the payer out again.
if (formulario && performance.getEntriesByType("navigation")[0]?.type !== "back_forward") formulario.requestSubmit();
