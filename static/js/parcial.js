// Parts of a page that change in place. The server renders whole pages and does all the sums; this module asks for the
// same page the browser would load, and swaps only the elements whose ids are named, keeping focus and scroll.
//
//   <form method="post" action="..." data-parcial="lista seleccion barra">   sent without leaving the page
//   <input type="checkbox" data-envia>                                       sends its form when it changes
//   <section id="estado" data-refrescar="estado linea" data-cada="15">       asks again every 15 seconds,
//                                                                            and says so: it keeps no session open
//
// A swapped element with data-anuncio="..." says that sentence to screen readers. If anything fails, the browser's own
// submission takes over, so nothing depends on this file.

const anunciar = (texto) => { document.getElementById("anuncio").textContent = texto; };

const selectorDe = (elemento) => {
  if (!elemento || elemento === document.body) return null;
  if (elemento.id) return `#${CSS.escape(elemento.id)}`;
  return elemento.name ? `[name="${CSS.escape(elemento.name)}"][value="${CSS.escape(elemento.value)}"]` : null;
};

// Swap the named elements for those of `html`. False when the answer is another page.
function cambiar(html, ids) {
  const nuevo = new DOMParser().parseFromString(html, "text/html");
  const pares = ids.map((id) => [document.getElementById(id), nuevo.getElementById(id)]);
  if (pares.some(([viejo, otro]) => !viejo || !otro)) return false;
  const foco = selectorDe(document.activeElement);
  for (const [viejo, otro] of [...pares, [document.getElementById("mensajes"), nuevo.getElementById("mensajes")]]) {
    if (viejo.isEqualNode(otro)) continue;
    viejo.replaceWith(otro);
    if (otro.dataset.anuncio) anunciar(otro.dataset.anuncio);
  }
  if (foco && selectorDe(document.activeElement) !== foco) document.querySelector(foco)?.focus({ preventScroll: true });
  return true;
}

// --- Forms: one after another, so that no press is lost or overtaken ------------------------------------------------
let cola = Promise.resolve();

async function enviar(formulario, boton) {
  const datos = new FormData(formulario, boton);
  const destino = boton?.hasAttribute("formaction") ? boton.formAction : formulario.action;
  const metodo = formulario.method.toUpperCase();
  const direccion = new URL(destino);
  if (metodo === "GET") direccion.search = new URLSearchParams(datos);
  const respuesta = await fetch(direccion, { method: metodo, body: metodo === "GET" ? null : datos });
  const otraPagina = new URL(respuesta.url).pathname !== location.pathname;
  if (!respuesta.ok || otraPagina) throw new Error(respuesta.status);
  if (!cambiar(await respuesta.text(), formulario.dataset.parcial.split(" "))) throw new Error("partes");
  if (metodo === "GET") history.replaceState(null, "", respuesta.url);
}

document.addEventListener("submit", (evento) => {
  const formulario = evento.target;
  const boton = evento.submitter;
  if (!formulario.matches("form[data-parcial]") || boton?.hasAttribute("data-completo")) return;
  evento.preventDefault();
  cola = cola.then(() => enviar(formulario, boton)).catch(() => {
    // The browser does it its own way: a lost connection, a closed session or an error page are shown in full.
    formulario.removeAttribute("data-parcial");
    formulario.requestSubmit(boton);
  });
});

document.addEventListener("change", (evento) => {
  if (evento.target.matches("[data-envia]")) evento.target.form.requestSubmit();
});

// --- Refreshing -----------------------------------------------------------------------------------------------------
async function refrescar() {
  const parte = document.querySelector("[data-refrescar]");
  if (!parte) return;
  if (!document.hidden) {
    try {
      const respuesta = await fetch(location.href, { headers: { "X-Refresco": "1" } });
      const html = await respuesta.text();
      const misma = new URL(respuesta.url).pathname === location.pathname;
      if (!misma || !cambiar(html, parte.dataset.refrescar.split(" "))) location.reload();
    } catch {
      // No connection now: the next turn asks again.
    }
  }
  programar();
}

function programar() {
  const parte = document.querySelector("[data-refrescar]");
  if (parte) setTimeout(refrescar, 1000 * Math.max(5, Number(parte.dataset.cada) || 15));
}

programar();
