//! Links the image: on Linux without the C library and its start-up code, on a microcontroller with
//! the script of the crate that starts it.

fn main() {
    let target = |key: &str| std::env::var(format!("CARGO_CFG_TARGET_{key}")).unwrap_or_default();
    let arguments: &[&str] = match (target("OS").as_str(), target("ARCH").as_str()) {
        ("linux", _) => &["-nostartfiles", "-nostdlib", "-static"],
        ("none", "arm") => &["-Tlink.x"],
        ("none", _) => &["-Tmemory.x", "-Tlink.x"],
        _ => &[],
    };
    for argument in arguments {
        println!("cargo:rustc-link-arg-bins={argument}");
    }
    if std::env::var_os("CARGO_FEATURE_DEFMT").is_some() {
        println!("cargo:rustc-link-arg-bins=-Tdefmt.x");
    }
    let folder = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    println!("cargo:rustc-link-search={folder}/memory/{}", target("ARCH"));
    println!("cargo:rerun-if-changed=memory");
}
