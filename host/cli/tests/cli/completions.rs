//! `lowrank completions` and `lowrank man`.

use crate::outcome::{lowrank, outcome_of};

#[test]
fn every_shell_learns_the_commands_and_their_options() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = outcome_of(lowrank().args(["completions", shell])).text();
        for word in ["factorize", "transform", "topics", "missing", "picture"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    let said = outcome_of(lowrank().args(["completions", "csh"])).refusal();
    assert!(said.contains("bash"), "{said}");
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let manual = outcome_of(lowrank().arg("man")).text();
    for name in [
        "lowrank",
        "lowrank-topics",
        "lowrank-factorize",
        "lowrank-transform",
        "lowrank-recommend",
        "lowrank-recommend-evaluate",
        "lowrank-recommend-map",
        "lowrank-bench",
    ] {
        assert!(manual.contains(&format!(".TH {name} ")), "{name}");
    }
    assert!(manual.contains("picture"));
}
