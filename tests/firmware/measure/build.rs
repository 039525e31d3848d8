//! Links an image for a microcontroller without the C library and its start-up code.

fn main() {
    let target = |key: &str| std::env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    if target("ARCH") == "arm" && target("OS") == "none" {
        let folder = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        println!("cargo:rustc-link-arg-bins=-T{folder}/board.ld");
    }
    println!("cargo:rerun-if-changed=board.ld");
}
