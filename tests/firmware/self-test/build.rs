//! Links the image without the C library and its start-up code.

fn main() {
    let target = |key: &str| std::env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    if target("OS") == "linux" {
        for argument in ["-nostartfiles", "-nostdlib", "-static"] {
            println!("cargo:rustc-link-arg-bins={argument}");
        }
    }
    if target("ARCH") == "arm" {
        let folder = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
        println!("cargo:rustc-link-arg-bins=-T{folder}/mps2.ld");
    }
    println!("cargo:rerun-if-changed=mps2.ld");
}
