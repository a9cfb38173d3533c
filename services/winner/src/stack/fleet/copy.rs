//! Which copy of which service.

/// One copy of one service.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CopyId {
    /// `intake`, `matching`, `judging` or `notification`.
    pub role: String,
    /// From 1.
    pub copy: u32,
}

impl CopyId {
    /// A copy of a role.
    pub fn new(role: impl Into<String>, copy: u32) -> Self {
        Self {
            role: role.into(),
            copy,
        }
    }
}

impl std::fmt::Display for CopyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.role, self.copy)
    }
}
