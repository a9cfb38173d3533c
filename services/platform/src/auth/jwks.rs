//! JSON Web Key Sets of an outside provider.
