//! Replays the stored inputs, each with its target.

use flate2::read::GzDecoder;
use lowrank_fuzz::{algorithms, readers};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Runs a target on the inputs in its archive.
fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let packed = File::open(folder.join(format!("{target}.tar.gz"))).unwrap();
    let mut archive = tar::Archive::new(GzDecoder::new(packed));
    let mut inputs = 0;
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        // Seen only where the target then fails.
        println!("{target}: {}", entry.path().unwrap().display());
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        run(&bytes);
        inputs += 1;
    }
    assert!(inputs > 0, "no input");
}

/// A test for each target of a module.
macro_rules! replays {
    ($module:ident: $($target:ident)*) => {
        $(
            #[test]
            fn $target() {
                replay(stringify!($target), $module::$target::run);
            }
        )*
    };
}

replays! { algorithms: small_svd qr_lu truncated_svd nmf approximation csr panel device_model }
replays! { readers: npy npz matrix_market table triples pgm }
