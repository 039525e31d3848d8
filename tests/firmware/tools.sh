# Sourced by `run` and `install`: where compilers and emulators for microcontrollers are found.

# Where `install` unpacks what the system lacks.
tools=${LOWRANK_FIRMWARE_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/lowrank-firmware}

has_target() { [ -d "$(rustc --print target-libdir --target "$1" 2> /dev/null)" ]; }
has_fw() { rustc +fw --version > /dev/null 2>&1; }

# Sets `cargo` to the command that builds for a target: that of a compiler which has the target, or
# of the toolchain fw, which builds core from its source.
choose_cargo() {
    if has_target "$1"; then
        cargo=(cargo)
    elif has_fw; then
        cargo=(env RUSTC_BOOTSTRAP=1 cargo +fw -Zbuild-std=core)
    else
        return 1
    fi
}

# Prints the QEMU for an architecture: the one named in QEMU_ARM or QEMU_RISCV32, the one of the
# system, or the one that `install` has unpacked.
find_qemu() {
    local named=QEMU_${1^^}
    if [ -n "${!named:-}" ]; then
        echo "${!named}"
    elif ! command -v "qemu-system-$1"; then
        [ -x "$tools/bin/qemu-system-$1" ] && echo "$tools/bin/qemu-system-$1"
    fi
}
