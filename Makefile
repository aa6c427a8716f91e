# Postern. `make demo` shows what it does, `make test` shows that it does it; `make help` lists the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

# The Swift runtime is linked in, all symbols are bound at start, and no path into the toolchain remains.
RELEASE := -c release --static-swift-stdlib --disable-local-rpath -Xlinker -z -Xlinker now
STRICT := --explicit-target-dependency-import-check error

TO_BUILD := binutils pkg-config libpcap-dev libsqlite3-dev libseccomp-dev libssl-dev
TO_DEMO := iproute2 iptables netcat-openbsd tcpdump
TO_TEST := $(TO_DEMO) apparmor faketime nftables nmap openssl procps python3
TO_BENCH := $(TO_TEST) python3-cryptography libdbus-1-3 libgcrypt20
PEERS := .build/peers/usr/sbin/fwknopd
IS_ROOT := $(filter 0,$(shell id -u))

# Says which of these Debian packages are missing, and what installs them.
define need
	@$(call find-missing,$(1)); if [ -n "$$missing" ]; then \
	    echo "Missing Debian packages:$$missing. Run once as root: apt-get install$$missing" >&2; exit 1; fi
endef

# Installs those that are missing, and says so.
define get
	@$(call find-missing,$(1)); if [ -n "$$missing" ]; then \
	    if [ "$$(id -u)" != 0 ]; then \
	        echo "Missing Debian packages:$$missing. Run once as root: apt-get install$$missing" >&2; exit 1; fi; \
	    echo "Installing with apt:$$missing"; \
	    apt-get update -qq; DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $$missing >/dev/null; \
	fi
endef

find-missing = missing=; for package in $(1); do \
	dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'install ok installed' || missing+=" $$package"; done

.PHONY: help deps build install uninstall demo test soak check lint conformance bench sanitize fuzz needed needed-to-test needed-to-bench deps-to-demo deps-to-test clean
# What is installed must be there before it is needed.
.NOTPARALLEL:

help: ## list these targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

deps: ## install the Debian packages that all of this needs: as root, with apt
	$(call get,$(TO_BUILD) $(TO_BENCH))

build: needed ## .build/release/knockd, knock and knockctl; says what is missing, and installs nothing
	swift build $(RELEASE) $(STRICT)
	@for name in $(NAMES); do $(call symbols,.build/release/$$name); done

NAMES := knockd knock knockctl
# The symbols of a program, kept beside it: a debugger finds them there for the installed one, which has none.
symbols = [ $(1).debug -nt $(1) ] || objcopy --only-keep-debug $(1) $(1).debug

# Where `make install` puts things; DESTDIR goes before all of it, for packages.
PREFIX := /usr/local
# /usr/ is /usr.
override PREFIX := $(patsubst %/,%,$(PREFIX))
DESTDIR :=
BUILT := .build/release
SBIN = $(PREFIX)/sbin
# systemd looks for units below /usr and /usr/local only.
UNITS = $(if $(filter /usr,$(PREFIX)),/usr,/usr/local)/lib/systemd/system
MAN = $(PREFIX)/share/man
# Examples: nothing there has an effect before somebody copies it.
DOC = $(PREFIX)/share/doc/knockd
MANUALS := $(wildcard docs/man/*.[158])
# The files in Config name the daemon where Debian has it.
HERE = sed 's|/usr/sbin/knockd|$(SBIN)/knockd|g'
ADVICE = sh Config/advice
# What is installed, as `make uninstall` and the packages of the system know it.
PROGRAMS = $(SBIN)/knockd $(PREFIX)/bin/knock $(PREFIX)/bin/knockctl
OWN = $(PROGRAMS) $(UNITS)/knockd.service
SHARED := /etc/init.d/knockd /etc/knockd.conf /etc/default/knockd /etc/logrotate.d/knockd
# Installs a program without its symbols, and with the name of the file that has them.
define program
	@$(call symbols,"$(BUILT)/$(1)")
	install -D -m 755 "$(BUILT)/$(1)" "$(DESTDIR)$(2)/$(1)"
	@objcopy --strip-all --add-gnu-debuglink="$(BUILT)/$(1).debug" "$(DESTDIR)$(2)/$(1)"
endef
# Installs a file that belongs to whoever runs the machine once it is there.
define keep
	@if [ -e "$(DESTDIR)$(2)" ]; then echo "$(DESTDIR)$(2) is there already: kept as it is"; \
	else install -D -m $(3) $(1) "$(DESTDIR)$(2)"; fi
endef

install: ## what `make build` has made, below PREFIX (/usr/local), and below DESTDIR if that is set
	@case "$(PREFIX)" in /*) ;; *) echo "PREFIX must begin with /, such as PREFIX=/usr" >&2; exit 1; esac
	@[ -x "$(BUILT)/knockd" ] || { echo "There is no $(BUILT)/knockd yet: run make build first" >&2; exit 1; }
	@$(ADVICE) packages "$(DESTDIR)" $(OWN) $(SHARED)
	$(call program,knockd,$(SBIN))
	$(call program,knock,$(PREFIX)/bin)
	$(call program,knockctl,$(PREFIX)/bin)
	@for page in $(MANUALS); do \
	    install -D -m 644 $$page "$(DESTDIR)$(MAN)/man$${page##*.}/$${page##*/}"; done
	$(HERE) Config/knockd.service | install -D -m 644 /dev/stdin "$(DESTDIR)$(UNITS)/knockd.service"
	$(HERE) Config/knockd.init | install -D -m 755 /dev/stdin "$(DESTDIR)/etc/init.d/knockd"
	install -D -m 644 Config/knockd-strict.conf "$(DESTDIR)$(DOC)/knockd-strict.conf"
	$(HERE) Config/knockd.apparmor | install -D -m 644 /dev/stdin "$(DESTDIR)$(DOC)/knockd.apparmor"
	$(call keep,Config/knockd.conf,/etc/knockd.conf,600)
	$(call keep,Config/knockd.default,/etc/default/knockd,644)
	$(call keep,Config/knockd.logrotate,/etc/logrotate.d/knockd,644)
	@$(ADVICE) installed "$(DESTDIR)" "$(SBIN)" "$(UNITS)"

# The daemon closes the doors when it ends: whoever is outside then stays there.
uninstall: ## remove that again, but for configuration and state (give the same PREFIX and DESTDIR)
	@for file in $(PROGRAMS); do if [ -e "$(DESTDIR)$$file" ]; then found=1; fi; done; [ "$${found:-}" ] || { \
	    echo "Nothing of knockd is installed below $(DESTDIR)$(PREFIX): give the PREFIX and DESTDIR of make install" >&2; \
	    exit 1; }
	@if [ -e "$(DESTDIR)$(SBIN)/knockd" ] && ! grep -q Postern "$(DESTDIR)$(SBIN)/knockd" \
	    && $(ADVICE) packages "$(DESTDIR)" "$(SBIN)/knockd" 2>&1 | grep .; then \
	    echo "$(DESTDIR)$(SBIN)/knockd is not Postern's: leave it to its package" >&2; exit 1; fi
	@echo "Open ssh in your firewall first: without knockd no knock opens it any more, and the rules that drop it stay."
	@if [ -z "$(DESTDIR)" ] && [ -t 0 ]; then \
	    read -r -p "Is it open, or have you another way in? [y/N] " answer; \
	    case "$$answer" in y|Y|yes) ;; *) echo "Nothing was removed." >&2; exit 1 ;; esac; fi
	@if ! $(ADVICE) starts "$(DESTDIR)" "$(SBIN)"; then \
	    echo "The service starts another knockd than $(SBIN)/knockd: it is left as it is."; \
	elif [ -n "$(DESTDIR)" ]; then rm -f "$(DESTDIR)"/etc/systemd/system/*.wants/knockd.service; \
	elif [ -d /run/systemd/system ]; then \
	    systemctl disable --now knockd || echo "WARNING: systemctl disable --now knockd has failed" >&2; \
	elif command -v systemctl >/dev/null; then systemctl --quiet disable knockd || true; fi
	@if [ -z "$(DESTDIR)" ] && [ ! -d /run/systemd/system ] && [ -x /etc/init.d/knockd ] \
	    && $(ADVICE) names "" "$(SBIN)" /etc/init.d/knockd; then \
	    /etc/init.d/knockd stop || true; \
	    if command -v update-rc.d >/dev/null; then update-rc.d knockd disable || true; fi; fi
	@for file in "$(UNITS)/knockd.service" /etc/init.d/knockd; do \
	    if $(ADVICE) names "$(DESTDIR)" "$(SBIN)" "$$file"; then rm -f "$(DESTDIR)$$file"; fi; done
	rm -f "$(DESTDIR)$(SBIN)/knockd" "$(DESTDIR)$(PREFIX)/bin/knock" "$(DESTDIR)$(PREFIX)/bin/knockctl" \
	    "$(DESTDIR)$(DOC)/knockd-strict.conf" "$(DESTDIR)$(DOC)/knockd.apparmor"
	@rmdir --ignore-fail-on-non-empty "$(DESTDIR)$(DOC)" 2>/dev/null || true
	@for page in $(MANUALS); do rm -f "$(DESTDIR)$(MAN)/man$${page##*.}/$${page##*/}"; done
	@if cmp -s Config/knockd.logrotate "$(DESTDIR)/etc/logrotate.d/knockd"; then \
	    rm -f "$(DESTDIR)/etc/logrotate.d/knockd"; fi
	@echo "Left, where they are there: /etc/knockd.conf, /etc/knockd/keys, /etc/default/knockd, an edited" \
	    "/etc/logrotate.d/knockd, and /var/lib/knockd, which says what is open."
	@if [ -z "$(DESTDIR)" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload || true; fi
	@if $(ADVICE) running "$(DESTDIR)"; then \
	    echo "WARNING: a knockd still runs that no service has started: pidof knockd names it, kill ends it" >&2; fi

demo: deps-to-demo build ## a closed port, knocks, an open port: by sequence, signed, and without a daemon
	@bash Tests/Demo/demo

# Some of the end-to-end tests measure time, and want the machine for themselves.
test: deps-to-test build $(PEERS) ## all tests; the end-to-end ones need root and say so
	swift test $(STRICT) --skip EndToEndTests
	swift test $(STRICT) --skip-build --filter EndToEndTests

# Each round has a seed, which is printed when it fails: TEST_SEED=… repeats it.
soak: SECONDS = 3600
soak: build needed-to-test ## kill at random and flood, round after round, for SECONDS=3600
	POSTERN_SOAK=$(SECONDS) swift test $(STRICT) --filter 'S59|S60'

check: lint build ## the format of the sources, plain words, the pictures of the documents, and the build

lint:
	swift format lint --strict --recursive Package.swift Sources Tests
	python3 Tests/Tools/plain-words
	python3 docs/pictures/draw --check

# The recorded behaviour of the real knockd: a folder with run.py and cases/.
CORPUS :=
# What we do otherwise on purpose (docs/COMPATIBILITY.md): a reload closes what the new configuration does not grant.
OTHERWISE := 76-sighup-open-door
CASES = $(filter-out $(OTHERWISE),$(sort $(basename $(notdir $(wildcard $(CORPUS)/cases/*.conf)))))
conformance: build needed-to-test ## compare with recorded behaviour of the real knockd: CORPUS=FOLDER
	@[ -f "$(CORPUS)/run.py" ] || { echo "Say where the recordings are: make conformance CORPUS=FOLDER" >&2; exit 1; }
	python3 $(CORPUS)/run.py --bin .build/release/knockd --level cmd -j 4 $(CASES)

FIGURES := docs/benchmarks.json
bench: build needed-to-bench $(PEERS) ## the figures and the charts of docs/BENCHMARKS.md
	@bash Tests/Benchmarks/idle-memory --json $(FIGURES)
	@python3 Tests/Benchmarks/flood --json $(FIGURES)
	@python3 Tests/Benchmarks/signed --json $(FIGURES)
	@python3 Tests/Benchmarks/hostile --json $(FIGURES)
	@python3 docs/pictures/draw

sanitize: needed ## the unit tests under AddressSanitizer, then under ThreadSanitizer
	ASAN_OPTIONS=detect_leaks=0 swift test --sanitize address --scratch-path .build-asan --skip EndToEnd
	swift test --sanitize thread --scratch-path .build-tsan --skip EndToEnd

# With AddressSanitizer and libFuzzer in every module. What is found lies in Tests/Fuzzing/Findings, where `make test` plays it.
TARGET := packet signed-knock configuration key-file one-time-file message capture
fuzz: SECONDS = 60
fuzz: needed ## feed the readers of bytes with garbage: TARGET=packet (all, one after the other) for SECONDS=60 each
	POSTERN_FUZZ=1 swift build -c release --product fuzz --scratch-path .build-fuzz --sanitize address \
	    -Xswiftc -sanitize=fuzzer -Xswiftc -enable-testing -Xswiftc -use-ld=lld
	@for target in $(TARGET); do \
	    mkdir -p .build-fuzz/corpus/$$target Tests/Fuzzing/Findings/$$target; \
	    FUZZ_TARGET=$$target ASAN_OPTIONS=detect_leaks=0 .build-fuzz/release/fuzz .build-fuzz/corpus/$$target \
	        Tests/Fuzzing/Seeds/$$target -artifact_prefix=Tests/Fuzzing/Findings/$$target/ -max_len=8192 -timeout=10 \
	        -rss_limit_mb=2048 -max_total_time=$(SECONDS) >.build-fuzz/$$target.log 2>&1 || found=1; \
	    if [ "$${found:-}" ]; then tail -n 60 .build-fuzz/$$target.log; echo "$$target: found something, see above"; exit 1; fi; \
	    echo "$$target: $$(grep -E '^#.*DONE' .build-fuzz/$$target.log)"; \
	    rmdir --ignore-fail-on-non-empty Tests/Fuzzing/Findings/$$target; \
	done

needed:
	$(call need,$(TO_BUILD))

needed-to-test:
	$(if $(IS_ROOT),$(call need,$(TO_TEST)))

needed-to-bench:
	$(if $(IS_ROOT),$(call need,$(TO_BENCH)))

deps-to-demo:
	$(call get,$(TO_BUILD) $(TO_DEMO))

deps-to-test:
	@if [ "$$(id -u)" != 0 ]; then echo "Not root: the end-to-end tests will be skipped, they need network namespaces."; fi
	$(call get,$(TO_BUILD) $(if $(IS_ROOT),$(TO_TEST)))

# Debian's own knock, and fwknop with the libraries that it brings, unpacked and not installed: to knock with, and to
# compare with.
FWKNOP := fwknop-server fwknop-client libfko3 libgpgme11 libassuan0
$(PEERS):
	@rm -rf .build/peers.new; mkdir -p .build/peers.new; cd .build/peers.new; \
	if apt-get download -qq knockd $(FWKNOP) 2>/dev/null \
	    || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get download -qq knockd $(FWKNOP); }; \
	then for package in *.deb; do dpkg-deb -x $$package .; done; cd ..; rm -rf peers; mv peers.new peers; \
	else echo "Debian's knockd and fwknop cannot be had: what is tested beside them will be skipped."; fi

clean: ## remove all that was built
	rm -rf .build .build-asan .build-tsan .build-fuzz
