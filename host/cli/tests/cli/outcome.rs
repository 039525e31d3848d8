//! Helpers that run the command.

use std::ffi::OsStr;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

/// The outcome of a run.
#[derive(Debug)]
pub struct Outcome {
    /// `None` if a signal ended it.
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Returns the command with empty standard input.
pub fn lowrank() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lowrank"));
    command.stdin(Stdio::null());
    command
}

/// Runs `lowrank topics` with these options.
pub fn topics<S: AsRef<OsStr>>(options: impl IntoIterator<Item = S>) -> Outcome {
    outcome_of(lowrank().arg("topics").args(options))
}

/// Runs `lowrank topics` on a file, with options separated by blanks.
pub fn topics_of(corpus: &Path, options: &str) -> Outcome {
    let command = &mut lowrank();
    command.arg("topics").arg("--corpus").arg(corpus);
    outcome_of(command.args(options.split_whitespace()))
}

/// Runs `lowrank topics --corpus -`.
pub fn topics_of_input(input: &[u8], options: &str) -> Outcome {
    let mut child = lowrank()
        .args(["topics", "--corpus", "-"])
        .args(options.split_whitespace())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // The command may have closed its end already.
    let _ = child.stdin.take().unwrap().write_all(input);
    outcome(child.wait_with_output().unwrap())
}

pub fn outcome_of(command: &mut Command) -> Outcome {
    outcome(command.output().unwrap())
}

fn outcome(output: std::process::Output) -> Outcome {
    Outcome {
        status: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

impl Outcome {
    /// Returns the output of a successful run without messages, but for that of a fit that has not converged.
    pub fn text(self) -> String {
        assert_eq!(self.status, Some(0), "{self:?}");
        let mut said = self.stderr.lines();
        assert!(said.all(|line| line.contains(" not converged")), "{self:?}");
        assert!(self.stdout.ends_with('\n'));
        self.stdout
    }

    /// Returns the output of a successful run that says something in one line, and this line.
    #[track_caller]
    pub fn said(self) -> (String, String) {
        assert_eq!(self.status, Some(0), "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        (self.stdout, self.stderr.trim_end().to_owned())
    }

    /// Returns the JSON object of a successful run.
    pub fn json(self) -> Value {
        let silent = self.stderr.is_empty();
        let text = self.text();
        assert_eq!(silent, !text.contains("\"converged\": false"), "{text}");
        serde_json::from_str(&text).unwrap()
    }

    /// Returns the JSON object of a run that says in one line that it has not converged.
    #[track_caller]
    pub fn unsettled(self) -> Value {
        assert_eq!(self.status, Some(0), "{self:?}");
        assert_eq!(self.stderr.lines().count(), 1, "{self:?}");
        assert!(self.stderr.contains("has not converged"), "{self:?}");
        let report: Value = serde_json::from_str(&self.stdout).unwrap();
        assert_eq!(report["converged"], false);
        report
    }

    /// Returns the one line of a failed run.
    #[track_caller]
    pub fn failure(self) -> String {
        assert_eq!(self.status, Some(1), "{self:?}");
        self.only_line()
    }

    #[track_caller]
    fn only_line(self) -> String {
        assert_eq!(self.stdout, "", "nothing, where there is no result");
        let line = self.stderr.strip_suffix('\n').unwrap().to_owned();
        assert!(!line.contains('\n'), "more than one line: {line}");
        assert!(line.starts_with("lowrank: "), "{line}");
        assert!(!line.contains("panicked"), "{line}");
        line
    }

    /// Returns the message on a wrong command line.
    #[track_caller]
    pub fn refusal(self) -> String {
        assert_eq!(self.status, Some(2), "{self:?}");
        assert_eq!(self.stdout, "", "nothing, where there is no result");
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self.stderr
    }
}

/// Returns the report without its times, which differ from run to run.
pub fn timeless(mut report: Value) -> Value {
    report.as_object_mut().unwrap().remove("seconds").unwrap();
    report
}

/// Returns the words of a topic.
pub fn words(topic: &Value) -> Vec<&str> {
    let words = topic["words"].as_array().unwrap().iter();
    words.map(|word| word["word"].as_str().unwrap()).collect()
}

/// Returns the names of an object's members, sorted.
pub fn keys(object: &Value) -> Vec<&str> {
    object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}
