//! E-mail: what its return paths say, and what comes back over them.
