# One door for everyone: what CI runs is what these targets run.
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := ayuda

# The first Python 3.11 or later that this machine has; PYTHON=path chooses another one.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PY := .venv/bin/python
PUERTO ?= 8000
PUERTO_SIMULADOR ?= 9101
# How many payments the chaos run starts, and which customers and misfortunes.
PAGOS ?= 500
SEMILLA ?= 1
# How many random lives of the portal the long run of the state machine lives, and how many things happen in each.
EJEMPLOS ?= 5000
PASOS ?= 50
# More options for pytest or the benchmark: make test ARGS='-k sonda'
ARGS ?=
# As many processes as cores, four at most: PostgreSQL and Redis are shared.
PYTEST = $(PY) -m pytest -n auto --maxprocesses 4

export PUERTO PUERTO_SIMULADOR

.PHONY: ayuda demo certificacion caos invariantes bench-sonda test test-sqlite test-postgresql cobertura calidad textos instalar instalar-demo limpiar python

ayuda: ## Esta lista
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  Variables: PYTHON, PUERTO (8000), PUERTO_SIMULADOR (9101 y el siguiente), ARGS (para pytest y bench-sonda)"

demo: instalar-demo ## El portal completo con datos de ejemplo y la pasarela simulada; Ctrl-C lo termina
	@$(PY) -m herramientas.demo

certificacion: instalar ## Los siete escenarios de PSE en Chromium y su informe, en var/certificacion/
	@$(PY) -m certificacion

caos: instalar ## Todo falla a la vez y al final cuadra: make caos PAGOS=5000 SEMILLA=1 (PostgreSQL y Redis)
	@$(PY) -m caos --pagos $(PAGOS) --semilla $(SEMILLA)

invariantes: instalar ## Todo en cualquier orden, al azar y sin prisa: make invariantes EJEMPLOS=5000 PASOS=50 (ARGS=--bd=postgresql)
	MAQUINA_EJEMPLOS=$(EJEMPLOS) MAQUINA_PASOS=$(PASOS) $(PYTEST) tests/recorridos/test_maquina.py $(ARGS)

bench-sonda: instalar ## Lo que cuesta y aguanta la sonda (media hora): make bench-sonda ARGS='--solo plan --pagos 1000' (PostgreSQL y Redis)
	@$(PY) -m bench.sonda $(ARGS)

test: instalar ## Toda la suite: en SQLite y en PostgreSQL con Redis
	@$(MAKE) -k test-sqlite test-postgresql

test-sqlite: instalar ## La suite sobre la base embebida
	$(PYTEST) --bd=sqlite $(ARGS)

test-postgresql: instalar ## La suite sobre PostgreSQL (DATABASE_URL o uno temporal) y Redis
	$(PYTEST) --bd=postgresql $(ARGS)

cobertura: instalar ## Ramas de pagos/pasarelas que recorren sus pruebas; falla por debajo del 98 %
	@$(PY) -m herramientas.cobertura

calidad: instalar ## Estilo, capas, migraciones al día, check --deploy, seguridad estática
	@$(PY) -m herramientas.calidad

textos: instalar ## Lleva los textos al catálogo en inglés, lo compila y dice qué falta por traducir
	@$(PY) -m herramientas.textos

instalar: python ## El entorno virtual .venv con todo lo de desarrollo
	@$(PYTHON) herramientas/instalar.py dev

instalar-demo: python
	@$(PYTHON) herramientas/instalar.py demo

limpiar: ## Borra los datos de la demostración y lo generado (no .venv)
	rm -rf var staticfiles .pytest_cache .ruff_cache .import_linter_cache .hypothesis htmlcov .coverage
	find . -name __pycache__ -type d -not -path './.venv/*' -prune -exec rm -rf {} +

python:
	@test -n "$(PYTHON)" || { echo "No se encontró Python 3.11 o posterior. Instálelo o indíquelo: make PYTHON=ruta/al/python3"; exit 2; }

.NOTPARALLEL:
