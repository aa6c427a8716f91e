# Postern. `make demo` shows what it does, `make test` shows that it does it; `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The Swift runtime is linked in, all symbols are bound at start, and no path into the toolchain remains.
RELEASE := -c release --static-swift-stdlib --disable-local-rpath -Xlinker -z -Xlinker now
STRICT := --explicit-target-dependency-import-check error

TO_BUILD := pkg-config libpcap-dev libsqlite3-dev libseccomp-dev
TO_DEMO := iproute2 iptables netcat-openbsd
TO_TEST := $(TO_DEMO) nmap procps python3
PEERS := .build/peers

# Installs the Debian packages that are missing, and says so.
define need
	@missing=; for package in $(1); do \
	    dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing+=" $$package"; \
	done; \
	if [ -n "$$missing" ]; then \
	    if [ "$$(id -u)" != 0 ]; then \
	        echo "Missing Debian packages:$$missing. Run once as root: apt-get install$$missing" >&2; exit 1; fi; \
	    echo "Installing with apt:$$missing"; \
	    apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing >/dev/null; \
	fi
endef

.PHONY: help build demo test check lint conformance bench sanitize needed needed-to-demo needed-to-test clean

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

build: needed ## .build/release/knockd and .build/release/knock
	swift build $(RELEASE) $(STRICT)

demo: build needed-to-demo ## a closed port, three knocks, an open port, a closed port: with real packets
	@bash Tests/Demo/demo

test: build needed-to-test $(PEERS) ## all tests; the end-to-end ones need root and say so
	swift test $(STRICT)

check: lint build ## the format of the sources, and the build

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

# The recorded behaviour of the real knockd, where a corpus of it lies beside this checkout.
CORPUS := ../shared/conformance
conformance: build needed-to-test ## compare with the real knockd, where its recorded behaviour is at hand
	python3 $(CORPUS)/run.py --bin .build/release/knockd --level cmd -j 4

bench: build needed-to-test $(PEERS) ## the figures of docs/BENCHMARKS.md
	@bash Tests/Benchmarks/idle-memory

sanitize: needed ## the unit tests under AddressSanitizer, then under ThreadSanitizer
	ASAN_OPTIONS=detect_leaks=0 swift test --sanitize address --scratch-path .build-asan --skip EndToEnd
	swift test --sanitize thread --scratch-path .build-tsan --skip EndToEnd

needed:
	$(call need,$(TO_BUILD))

needed-to-demo:
	$(call need,$(TO_DEMO))

needed-to-test:
	@if [ "$$(id -u)" != 0 ]; then echo "Not root: the end-to-end tests will be skipped, they need network namespaces."; fi
	$(if $(filter 0,$(shell id -u)),$(call need,$(TO_TEST)))

# Debian's own knock, unpacked and not installed, to knock with.
$(PEERS):
	@mkdir -p .build/peers.new; cd .build/peers.new; \
	if apt-get download -qq knockd 2>/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get download -qq knockd; }; \
	then dpkg-deb -x knockd_*.deb .; cd ..; mv peers.new peers; \
	else echo "Debian's knockd package cannot be had: what is tested beside it will be skipped."; fi

clean: ## remove all that was built
	rm -rf .build .build-asan .build-tsan
