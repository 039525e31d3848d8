//! The header is that of the source. `LOWRANK_WRITE_HEADER=yes cargo test --workspace` writes it anew.

use std::path::{Path, PathBuf};

fn capi() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn header() -> PathBuf {
    capi().join("include/lowrank.h")
}

/// The header of the functions and types in all files of `src/`.
fn made() -> String {
    let config = cbindgen::Config::from_file(capi().join("cbindgen.toml")).unwrap();
    let mut builder = cbindgen::Builder::new().with_config(config);
    let mut files: Vec<_> = std::fs::read_dir(capi().join("src"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    for file in files {
        builder = builder.with_src(file);
    }
    let mut text = Vec::new();
    builder.generate().unwrap().write(&mut text);
    String::from_utf8(text).unwrap()
}

#[test]
fn the_header_is_that_of_the_source() {
    let made = made();
    if std::env::var_os("LOWRANK_WRITE_HEADER").is_some() {
        std::fs::write(header(), &made).unwrap();
    }
    let kept = std::fs::read_to_string(header()).unwrap_or_default();
    let differs = kept.lines().zip(made.lines()).position(|(a, b)| a != b);
    assert!(
        kept == made,
        "include/lowrank.h differs from line {} on: make it anew with LOWRANK_WRITE_HEADER=yes cargo test \
         --workspace, in core/capi",
        differs.unwrap_or(kept.lines().count().min(made.lines().count())) + 1
    );
}

#[test]
fn every_name_begins_with_lowrank() {
    let made = made();
    let types = made.lines().filter_map(|line| line.strip_prefix("} "));
    let macros = made
        .lines()
        .filter_map(|line| line.strip_prefix("#define "));
    let names: Vec<_> = types
        .filter(|rest| !rest.trim_start().starts_with("//"))
        .chain(macros)
        .collect();
    assert!(names.len() > 25, "{names:?}");
    for name in names {
        assert!(name.to_lowercase().starts_with("lowrank_"), "{name}");
    }
    assert!(made.contains("lowrank_status lowrank_svd_f32("));
}

#[test]
fn the_version_is_that_of_the_package() {
    let version = format!("#define LOWRANK_VERSION \"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(made().contains(&version), "{version}");
}
