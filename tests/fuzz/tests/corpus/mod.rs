//! Gives each input of a committed corpus to the function that the fuzzer gave it to.

use std::fs;
use std::path::Path;

/// Runs a target on its corpus, in the package that is compiled.
pub fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let mut inputs = 0;
    for entry in fs::read_dir(folder.join(target)).unwrap() {
        let path = entry.unwrap().path();
        // Seen only where the target then fails.
        println!("{}", path.display());
        run(&fs::read(path).unwrap());
        inputs += 1;
    }
    assert!(inputs > 0, "no corpus");
}

/// A test for each target of a package.
macro_rules! replays {
    ($package:ident: $($target:ident)*) => {
        $(
            #[test]
            fn $target() {
                corpus::replay(stringify!($target), $package::$target::run);
            }
        )*
    };
}
