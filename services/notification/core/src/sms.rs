//! SMS: what fits into one, to which numbers it may go, and how a gateway is spoken to.
