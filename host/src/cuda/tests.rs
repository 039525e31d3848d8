//! What a fit on a device promises beside its result: equal bits, and errors that are said. Each verb is
//! tested in `world_tests`.

use super::device_info;
use crate::{Backend, DenseMatrix, Loss, Nmf, TruncatedSvd};
use lowrank_core::{Draws, Law, NmfInit};
use std::process::Command;

/// What the mock driver calls its device.
const MOCK: &str = "mock";

fn positive(m: usize, n: usize) -> DenseMatrix<f32> {
    let draws = Draws::new(Law::HalfGaussian, 3);
    DenseMatrix::from_fn(m, n, |i, j| draws.at(i, j))
}

/// Whether there is a device; says why not.
fn is_there() -> bool {
    match device_info() {
        Ok(_) => true,
        Err(reason) => {
            println!("skipped: {reason}");
            false
        }
    }
}

#[test]
fn equal_fits_have_equal_bits() {
    if !is_there() {
        return;
    }
    let a = positive(150, 220);
    for loss in [Loss::Frobenius, Loss::KullbackLeibler] {
        let nmf = Nmf {
            rank: 5,
            loss,
            init: NmfInit::Random,
            iterations: 7,
            backend: Backend::Cuda,
            ..Nmf::default()
        };
        assert_eq!(nmf.fit(&a).unwrap(), nmf.fit(&a).unwrap());
    }
    let svd = TruncatedSvd {
        backend: Backend::Cuda,
        ..TruncatedSvd::default()
    };
    assert_eq!(svd.fit(&a).unwrap(), svd.fit(&a).unwrap());
}

/// One fit, whose error is printed; `errors_are_said` runs it in processes whose driver fails.
#[test]
fn one_fit() {
    let nmf = Nmf {
        rank: 5,
        iterations: 3,
        backend: Backend::Cuda,
        ..Nmf::default()
    };
    match nmf.fit(&positive(150, 220)) {
        Ok(model) => println!("error {}", model.approximation.error),
        Err(error) => println!("refused: {error}"),
    }
}

/// What [`one_fit`] prints where the mock driver does `what`.
fn refusal(what: &str, how: &str) -> String {
    let this = std::env::current_exe().unwrap();
    let output = Command::new(this)
        .args(["--exact", "cuda::tests::one_fit", "--nocapture"])
        .env(what, how)
        .output()
        .unwrap();
    assert!(output.status.success(), "{what}={how}: {output:?}");
    let text = String::from_utf8(output.stdout).unwrap();
    let line = text.lines().find_map(|line| line.split_once("refused: "));
    let (_, refusal) = line.unwrap_or_else(|| panic!("{what}={how} was not noticed: {text}"));
    refusal.to_owned()
}

#[test]
fn errors_are_said() {
    match device_info() {
        Ok(device) if device.name.to_lowercase().contains(MOCK) => {}
        Ok(_) => return,
        Err(reason) => return println!("skipped: {reason}"),
    }
    let fail = |how: &str| refusal("LOWRANK_MOCK_FAIL", how);
    let memory = |bytes: &str| refusal("LOWRANK_MOCK_MEMORY", bytes);
    // A room for the matrix, and none for what stands beside it; and not even for that.
    for room in ["140000", "1000"] {
        let said = memory(room);
        assert!(said.contains("of memory and"), "{said}");
        assert!(said.contains("--backend host"), "{said}");
    }
    assert!(fail("cuMemAlloc_v2:2:2").contains("of memory and"));
    // Codes that cust knows, and one that it does not.
    for (how, code) in [
        ("cuInit:1:803", 803),
        ("cuModuleLoadData:1:218", 218),
        ("cuLaunchKernel:1:701", 701),
        ("cuLaunchKernel:40:719", 719),
        ("cuMemcpyHtoDAsync_v2:1:700", 700),
        ("cuMemcpyDtoH_v2:2:700", 700),
        ("cuStreamSynchronize:1:912", 912),
    ] {
        let said = fail(how);
        let expected = format!("(CUDA error {code})");
        assert!(said.contains(&expected), "{how}: {said}");
    }
    let none = refusal("LOWRANK_MOCK_DEVICES", "0");
    assert!(none.contains("finds no GPU"), "{none}");
}
