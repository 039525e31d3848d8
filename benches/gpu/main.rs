//! The works of docs/gpu.md: what they take on the GPU of this machine, beside what they must.
//!
//! `tests/gpu/run` calls it, and the script of the peers between `run` and `table`:
//!
//! - `gpu-works device`: what the GPU is; exit status 77 and the reason where there is none.
//! - `gpu-works export FOLDER`: the matrices of 20 Newsgroups below LOWRANK_DATA, as SciPy's .npz.
//! - `gpu-works prepare DATA FOLDER [--small]`: what both sides read: matrices, starts, the plan.
//! - `gpu-works run FOLDER [--backend host] [--only TEXT]`: our lines, JSON on standard output.
//! - `gpu-works table FILE.. [--header TEXT] [--write PAGE]`: the lines of all sides as a table.

mod counts;
mod goals;
mod line;
mod matrices;
mod measure;
mod npz;
mod plan;
mod prepare;
mod synthetic;
mod table;

use lowrank::Backend;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

/// The exit status that test runners take for "skipped".
const SKIPPED: u8 = 77;

const USAGE: &str = "usage: gpu-works device | export FOLDER | prepare DATA FOLDER [--small] \
    | run FOLDER [--backend cuda|host] [--only TEXT] \
    | table FILE.. [--header TEXT] [--write PAGE]";

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let small = take_flag(&mut arguments, "--small");
    let [backend, only, header, page] =
        ["--backend", "--only", "--header", "--write"].map(|name| take(&mut arguments, name));
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["device"] => return device(),
        ["export", folder] => matrices::export(Path::new(folder)),
        ["prepare", data, folder] => prepare::all(Path::new(data), Path::new(folder), small),
        ["run", folder] => backend_of(backend.as_deref()).and_then(|backend| {
            measure::all(Path::new(folder), backend, only.as_deref().unwrap_or(""))
        }),
        ["table", files @ ..] if !files.is_empty() => {
            table::print(files, header.as_deref().unwrap_or(""), page.as_deref())
        }
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("gpu-works: {error}");
            ExitCode::FAILURE
        }
    }
}

fn device() -> ExitCode {
    match lowrank::cuda::device_info() {
        Ok(device) => {
            let (major, minor) = device.compute_capability;
            let (version, gigabyte) = (device.driver, 1u64 << 30);
            println!(
                "{}, compute capability {major}.{minor}, {} of {} GiB free, driver for CUDA {}.{}",
                device.name,
                device.free / gigabyte,
                device.total / gigabyte,
                version / 1000,
                version % 1000 / 10,
            );
            ExitCode::SUCCESS
        }
        Err(reason) => {
            println!("{reason}");
            ExitCode::from(SKIPPED)
        }
    }
}

fn backend_of(name: Option<&str>) -> Result<Backend, Box<dyn Error>> {
    match name {
        None | Some("cuda") => Ok(Backend::Cuda),
        Some("host") => Ok(Backend::Host),
        Some(other) => Err(format!("no backend {other}: cuda or host").into()),
    }
}

/// Takes `--name VALUE` out of the arguments.
fn take(arguments: &mut Vec<String>, name: &str) -> Option<String> {
    let place = arguments.iter().position(|argument| argument == name)?;
    arguments.remove(place);
    (place < arguments.len()).then(|| arguments.remove(place))
}

fn take_flag(arguments: &mut Vec<String>, name: &str) -> bool {
    let before = arguments.len();
    arguments.retain(|argument| argument != name);
    arguments.len() < before
}
