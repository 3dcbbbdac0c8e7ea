// "Copiar" beside a reference; see templates/componentes/copiar.html. The button is shown only with scripts.

document.addEventListener("click", async (evento) => {
  const boton = evento.target.closest("[data-copiar]");
  if (!boton) return;
  const etiqueta = boton.querySelector("span");
  const antes = etiqueta.textContent;
  try {
    await navigator.clipboard.writeText(boton.dataset.copiar);
  } catch {
    return; // No permission or no secure origin: the text is there to be selected by hand.
  }
  etiqueta.textContent = boton.dataset.copiado;
  document.getElementById("anuncio").textContent = boton.dataset.copiado;
  setTimeout(() => { etiqueta.textContent = antes; }, 2500);
});
