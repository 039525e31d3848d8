//! Tests of a fit on a device: equal bits, few launches, and error messages.
//!
//! The operations below them are compared one by one in host/src/tests.

use lowrank::cuda::device_info;
use lowrank::nmf::{Loss, NmfInit, NmfSolver};
use lowrank::{Backend, DenseMatrix, Nmf, SparseMatrix, TruncatedSvd};
use lowrank_core::random::{Distribution, RandomEntries};
use std::process::Command;

/// The name of the mock driver's device.
const MOCK: &str = "mock";

fn positive(m: usize, n: usize) -> DenseMatrix<f32> {
    let random = RandomEntries::new(Distribution::HalfGaussian, 3);
    DenseMatrix::from_fn(m, n, |i, j| random.at(i, j))
}

/// Returns the same entries, with zeros stored.
fn stored(a: &DenseMatrix<f32>) -> SparseMatrix<f32> {
    let (m, n) = (a.nrows(), a.ncols());
    SparseMatrix::new(
        (0..=m).map(|i| i * n).collect(),
        (0..m).flat_map(|_| 0..n as u32).collect(),
        (0..m * n)
            .map(|e| a.as_slice()[e % n * m + e / n])
            .collect(),
        n,
    )
    .unwrap()
}

/// Returns true if there is a device; prints the reason otherwise.
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

/// The settings of [`one_fit`], in words; without them, three multiplicative updates of a dense matrix.
const WORDS: &str = "LOWRANK_TEST_FIT";

/// Runs one fit and prints its error. The tests below run it in processes in which the mock driver fails, or
/// counts calls.
#[test]
fn one_fit() {
    let words = std::env::var(WORDS).unwrap_or_default();
    let is = |word: &str| words.split(' ').any(|each| each == word);
    let iterations = words.split(' ').find_map(|word| word.parse().ok());
    let nmf = Nmf {
        rank: 5,
        loss: if is("kl") {
            Loss::KullbackLeibler
        } else {
            Loss::Frobenius
        },
        solver: Some(if is("hals") {
            NmfSolver::Hals
        } else {
            NmfSolver::Mu
        }),
        init: NmfInit::Random,
        iterations: iterations.unwrap_or(3),
        tolerance: 0.0,
        backend: Backend::Cuda,
        ..Nmf::default()
    };
    let a = positive(150, 220);
    let model = if is("sparse") {
        nmf.fit(&stored(&a))
    } else {
        nmf.fit(&a)
    };
    match model {
        Ok(model) => println!("error {}", model.approximation.error),
        Err(error) => println!("refused: {error}"),
    }
}

/// Returns the output of [`one_fit`] with these settings.
fn output_of_fit(settings: &[(&str, &str)]) -> String {
    let this = std::env::current_exe().unwrap();
    let output = Command::new(this)
        .args(["--exact", "gpu_fits::one_fit", "--nocapture"])
        .envs(settings.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.success(), "{settings:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the numbers of launches and waits of [`one_fit`].
fn calls_of_fit(words: &str) -> [usize; 2] {
    let trace = tempfile::NamedTempFile::new().unwrap();
    let path = trace.path().to_str().unwrap();
    output_of_fit(&[(WORDS, words), ("LOWRANK_MOCK_TRACE", path)]);
    let calls = std::fs::read_to_string(path).unwrap();
    ["cuLaunchKernel ", "cuMemcpyDtoH_v2"]
        .map(|entry| calls.lines().filter(|line| line.starts_with(entry)).count())
}

/// Returns the output of [`one_fit`] with the mock driver's fault `what`.
fn refusal(what: &str, how: &str) -> String {
    let text = output_of_fit(&[(what, how)]);
    let line = text.lines().find_map(|line| line.split_once("refused: "));
    let (_, refusal) = line.unwrap_or_else(|| panic!("{what}={how} was not noticed: {text}"));
    refusal.to_owned()
}

/// Returns true if the device is the mock; prints the reason otherwise.
fn is_mock() -> bool {
    match device_info() {
        Ok(device) => device.name.to_lowercase().contains(MOCK),
        Err(reason) => {
            println!("skipped: {reason}");
            false
        }
    }
}

/// Checks the number of launches. MU and HALS: a product, a Gram matrix and an update for either factor, and one query
/// of the error. KL: column sums, D, N and an update for either factor, the sum of the model and that of the
/// divergence. No product of this shape is divided.
#[test]
fn an_iteration_takes_few_launches() {
    if !is_mock() {
        return;
    }
    for (fit, launches) in [
        ("mu", 7),
        ("sparse mu", 7),
        ("sparse hals", 7),
        ("kl", 10),
        ("sparse kl", 10),
    ] {
        let of = |iterations: usize| calls_of_fit(&format!("{fit} {iterations}"));
        let ([few, few_waits], [many, many_waits]) = (of(3), of(5));
        let found = (many - few, many_waits - few_waits);
        assert_eq!(found, (2 * launches, 2), "{fit}");
    }
}

#[test]
fn errors_are_said() {
    if !is_mock() {
        return;
    }
    let fail = |how: &str| refusal("LOWRANK_MOCK_FAIL", how);
    let memory = |bytes: &str| refusal("LOWRANK_MOCK_MEMORY", bytes);
    // A room for the matrix, and none for what stands beside it; and not even for that.
    for room in ["140000", "1000"] {
        let said = memory(room);
        assert!(said.contains("of memory and"), "{said}");
    }
    assert!(fail("cuMemAlloc_v2:2:2").contains("of memory and"));
    // Codes that cust knows, and one that it does not.
    for (how, code) in [
        ("cuInit:1:803", 803),
        ("cuModuleLoadData:1:218", 218),
        ("cuLaunchKernel:1:701", 701),
        ("cuLaunchKernel:15:719", 719),
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
