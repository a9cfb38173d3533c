//! The one binary: a role per service and the operator's commands.
