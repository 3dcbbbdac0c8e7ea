// Forms: the keyboard lands on the error summary, and one press of a button is one submission.
// Without this module everything still works: the server refuses duplicates and lists the errors.

document.documentElement.classList.add("con-js");

document.querySelector("[data-resumen-errores]")?.focus();

// A form marked data-una-vez is sent once; coming back with the browser's button makes it usable again.
document.addEventListener("submit", (evento) => {
  const formulario = evento.target;
  if (!formulario.matches("[data-una-vez]") || evento.defaultPrevented) return;
  if (formulario.dataset.enviado) {
    evento.preventDefault();
    return;
  }
  formulario.dataset.enviado = "1";
  // aria-disabled, not disabled: the pressed button's name and value must still travel with the form.
  evento.submitter?.setAttribute("aria-disabled", "true");
});

window.addEventListener("pageshow", () => {
  for (const formulario of document.querySelectorAll("form[data-enviado]")) {
    delete formulario.dataset.enviado;
    formulario.querySelectorAll("[aria-disabled]").forEach((boton) => boton.removeAttribute("aria-disabled"));
    document.querySelectorAll(`[form="${formulario.id}"][aria-disabled]`).forEach((b) => b.removeAttribute("aria-disabled"));
  }
});

// The account menu closes with Escape or a press elsewhere, as menus do.
const menu = document.querySelector(".menu-cuenta");
document.addEventListener("keydown", (evento) => {
  if (evento.key === "Escape" && menu?.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("click", (evento) => {
  if (menu?.open && !menu.contains(evento.target)) menu.open = false;
});
