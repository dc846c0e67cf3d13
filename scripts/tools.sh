# shellcheck shell=bash
# Tools of other package indexes, which ./test and scripts/contact-sheet install into the target
# folder. Sourced after lib.sh, in the tree's root.

# shellcheck disable=SC2034 # read by whoever sources this
tools=target/test-tools

# Runs INSTALLER for the folder $tools/NAME, unless it was run for these very FILES.
install_tool() { # NAME INSTALLER FILES...
    local name=$1 installer=$2 done=$tools/$1/.installed
    shift 2
    if ! cat -- "$@" | cmp -s - "$done"; then
        rm -rf -- "${tools:?}/$name"
        mkdir -p "$tools/$name"
        run_step "install $name" "$installer"
        cat -- "$@" >"$done"
    fi
}

install_schemathesis() {
    python3 -m venv "$tools/schemathesis"
    "$tools/schemathesis/bin/python" -m pip install --quiet --disable-pip-version-check \
        --no-deps --only-binary :all: --requirement scripts/schemathesis.txt
}

install_hashed() { # NAME, of scripts/NAME.txt and of $tools
    python3 -m venv "$tools/$1"
    "$tools/$1/bin/python" -m pip install --quiet --disable-pip-version-check \
        --no-deps --only-binary :all: --require-hashes --requirement "scripts/$1.txt"
}
install_mail_checks() { install_hashed mail-checks; }
install_kubernetes_schemas() { install_hashed kubernetes; }
install_otlp() { install_hashed otlp; }

install_cargo_deb() {
    cargo install --quiet --locked --debug --root "$tools/cargo-deb" \
        --version "$(<scripts/cargo-deb.txt)" cargo-deb
}

install_node_packages() { # FOLDER, of dev/tests and of $tools
    cp "dev/tests/$1"/{package.json,package-lock.json,.npmrc} "$tools/$1"
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm --prefix "$tools/$1" ci --silent
}
install_browser_tools() { install_node_packages browser; }
install_mail_tools() { install_node_packages mail; }
