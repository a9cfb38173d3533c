use super::*;
use proptest::prelude::*;

proptest! {
    /// Whatever the acks' order and fate, each aggregate's events depart in order, one at a
    /// time, and none after one that failed.
    #[test]
    fn each_aggregate_departs_in_order_one_at_a_time(
        limit in 1_usize..6,
        keys in prop::collection::vec(0_u8..5, 0..60),
        fates in prop::collection::vec((any::<prop::sample::Index>(), prop::bool::weighted(0.8)), 200),
    ) {
        let mut window = Window::new(limit, keys.iter().copied().enumerate());
        let mut flying: Vec<usize> = Vec::new();
        let mut departed: HashMap<u8, Vec<usize>> = HashMap::new();
        let mut dead: Vec<u8> = Vec::new();
        let mut acked = 0_usize;
        for (which, fate) in fates {
            while let Some(index) = window.depart() {
                let key = keys[index];
                prop_assert!(!dead.contains(&key));
                prop_assert!(flying.iter().all(|other| keys[*other] != key));
                departed.entry(key).or_default().push(index);
                flying.push(index);
            }
            prop_assert!(flying.len() <= limit);
            if flying.is_empty() {
                break;
            }
            let index = flying.swap_remove(which.index(flying.len()));
            if fate {
                window.acked(index);
                acked += 1;
            } else {
                window.failed(index);
                dead.push(keys[index]);
            }
        }
        for (key, indices) in departed {
            let all: Vec<usize> = (0..keys.len()).filter(|index| keys[*index] == key).collect();
            prop_assert_eq!(&all[..indices.len()], &indices[..]);
        }
        if dead.is_empty() && flying.is_empty() {
            prop_assert_eq!(acked, keys.len());
        }
    }
}
