//! Deferred acceptance on lists made by hashes.

use winner_matching_core::stable::{Challenge, Government, Problem, Wish, blocking_pairs, propose};

use crate::meter::best_of;

/// Every submission ranks twenty challenges; scores and wishes are hashes.
pub(crate) fn stable(sizes: &str, repeat: i64) -> Option<String> {
    let (submissions, challenges) = sizes.split_once(',')?;
    let (submissions, challenges) = (submissions.parse::<u64>().ok()?, challenges.parse().ok()?);
    let mix = |a: u64, b: u64| {
        let x = (a ^ b.rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 20
    };
    let wishes = (0..submissions).map(|s| {
        let mut list: Vec<u32> = (0..challenges).collect();
        list.sort_by_key(|&c| mix(s, u64::from(c)));
        list.truncate(20);
        let priority = |c: u32| (mix(s + 7, u64::from(c)) % 100).cast_signed();
        list.into_iter()
            .map(|c| Wish {
                challenge: c,
                priority: priority(c),
            })
            .collect()
    });
    let hosts = (challenges / 8).max(1);
    let offer = |c: u32| Challenge {
        government: c % hosts,
        min: 0,
        max: 8,
    };
    let offers = (0..challenges).map(offer).collect();
    let governments = vec![Government { max: 50 }; hosts as usize];
    let problem = Problem::new(wishes.collect(), offers, governments, 1).ok()?;
    let (cpu_s, found) = best_of(repeat, || Some(propose(&problem)));
    let found = found?;
    let blocking = blocking_pairs(&problem, &found.challenge).len();
    Some(format!(
        "{{\"instance\":\"stable:{sizes}\",\"matched\":{},\"blocking\":{blocking},\"cpu_s\":{cpu_s:.6}}}",
        found.size()
    ))
}
