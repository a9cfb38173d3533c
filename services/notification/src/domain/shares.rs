//! How several copies of this service share what all together may have.

/// The other copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Others {
    /// So much they have.
    pub held: u32,
    /// So many there are.
    pub count: u32,
    /// So many of them come before this one, in an order that all agree on.
    pub before: u32,
}

/// This copy's part of `limit`: all have the same, give or take one.
pub const fn share(limit: u32, others: &Others) -> u32 {
    let copies = others.count + 1;
    let left_over = if others.before < limit % copies { 1 } else { 0 };
    limit / copies + left_over
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn shares_are_fair_and_together_the_limit(limit in 0_u32..500, copies in 1_u32..20) {
            let shares: Vec<u32> = (0..copies)
                .map(|before| share(limit, &Others { held: 0, count: copies - 1, before }))
                .collect();
            prop_assert_eq!(shares.iter().sum::<u32>(), limit);
            prop_assert!(shares.iter().max().unwrap() - shares.iter().min().unwrap() <= 1);
        }
    }
}
