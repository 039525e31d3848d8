/// The reason why a token pattern was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("token pattern {pattern:?}, character {position}: {reason}")]
pub struct PatternError {
    /// The pattern as it was given.
    pub pattern: String,
    /// The place in the pattern, in characters from 1.
    pub position: usize,
    /// What is wrong there, and what to write instead where Python would take it.
    pub reason: String,
}
