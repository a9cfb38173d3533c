use super::*;

/// Shrout & Fleiss (1979), table 2.
#[test]
fn the_six_coefficients_are_those_of_shrout_and_fleiss() {
    let rows = [
        [9.0, 2.0, 5.0, 8.0],
        [6.0, 1.0, 3.0, 2.0],
        [8.0, 4.0, 6.0, 8.0],
        [7.0, 1.0, 2.0, 6.0],
        [10.0, 5.0, 6.0, 9.0],
        [6.0, 2.0, 4.0, 7.0],
    ]
    .map(Vec::from);
    let icc = icc(&rows).unwrap();
    let published = [
        (icc.one_way, 0.17),
        (icc.agreement, 0.29),
        (icc.consistency, 0.71),
        (icc.one_way_mean, 0.44),
        (icc.agreement_mean, 0.62),
        (icc.consistency_mean, 0.91),
    ];
    for (ours, published) in published {
        assert!((ours - published).abs() < 0.005, "{ours} {published}");
    }
}

#[test]
fn more_reviews_buy_reliability_and_less_each_time() {
    let variances = Variances {
        entry: 1.0,
        judge: 0.5,
        error: 1.5,
    };
    let list = prospects(variances, 4);
    assert!((list[0].generalizability - 0.4).abs() < 1e-12);
    assert!((list[3].dependability - 1.0 / 1.5).abs() < 1e-12);
    assert!((list[0].standard_error - 0.6f64.sqrt()).abs() < 1e-12);
    for pair in list.windows(3) {
        let gain = |a: usize| pair[a + 1].generalizability - pair[a].generalizability;
        assert!(gain(0) > gain(1) && gain(1) > 0.0);
    }
    assert!(
        prospects(
            Variances {
                entry: 0.0,
                ..variances
            },
            3
        )
        .is_empty()
    );
}
