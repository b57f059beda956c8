# Every routine of the project. `just` alone lists them. `.ci/run` does `check`, `test` and more, and needs no just.

set shell := ["bash", "-euo", "pipefail", "-c"]

_list:
    @just --list --unsorted

# Form, lints, documents; nothing is run.
check:
    cargo fmt --check
    cargo clippy --all-targets -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps
    if command -v cargo-deny; then cargo deny check; fi

# All tests: Rust's, and those of the reader in Python.
test *ARGS:
    cargo test {{ARGS}}
    python3 -m unittest discover --start-directory tests/reader

# Takes what programs print now as what they should print. Look at the diff before you commit it.
bless:
    SNAPSHOTS=overwrite TRYCMD=overwrite cargo test
    git diff --stat

# Measures all but peers; `just bench -- --large` goes on to 100 million events. Quiet machines give better figures.
bench *ARGS:
    cargo bench --bench stages --bench whole_process --bench upload --bench serve {{ARGS}}

# Holds a live run at a rate for a long time, into a sink that throws everything away: `just endurance 10m 400000/s`.
endurance LENGTH='10m' *RATES='400000/s':
    cargo bench --bench endurance -- {{LENGTH}} {{RATES}}

# Measures beside programs made with what PyPI and npm offer; installs them in a temporary directory.
bench-peers *ARGS:
    cargo bench --bench peers -- {{ARGS}}

# Everything that a clean checkout must pass.
ci:
    .ci/run

# Throws ever new input at one of the targets in `fuzz/`. Needs cargo-fuzz; a stable compiler is told to act as a nightly one.
fuzz TARGET *ARGS:
    RUSTC_BOOTSTRAP=1 cargo fuzz run {{TARGET}} fuzz/corpus/{{TARGET}} fuzz/seeds/{{TARGET}} {{ARGS}}
