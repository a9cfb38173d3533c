//! Instances from folders and from hashes, and panel rules for them.

use winner_matching_core::{Instance, Limit, PanelRule, format, synth};

/// The instance with the rules that `names` lists, most important first:
/// `senior` (at least one; a fifth of all judges are), `institution` (at most
/// one; about eight judges each), `region` (each further judge of one of the
/// 38 provinces costs .01, .02, ...). Who belongs where is a hash of the judge.
pub(crate) fn with_rules(instance: Instance, names: &str) -> Option<Instance> {
    let judges = u64::try_from(instance.judges()).ok()?;
    let groups = |count: u64, salt: u64| {
        let of = move |judge: u64| {
            let x = (judge + salt).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            (x ^ (x >> 29)).wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 20
        };
        (0..judges).map(move |judge| of(judge) % count)
    };
    let whole = |group: u64| u32::try_from(group).ok();
    let rule = |name: &str| {
        Some(match name {
            "senior" => PanelRule {
                group: groups(5, 1).map(|g| (g == 0).then_some(0)).collect(),
                limit: Limit::AtLeastOne,
            },
            "institution" => PanelRule {
                group: groups(judges.div_ceil(8), 2).map(whole).collect(),
                limit: Limit::AtMost(1),
            },
            "region" => PanelRule {
                group: groups(38, 3).map(whole).collect(),
                limit: Limit::Spread(10_000),
            },
            _ => return None,
        })
    };
    let rules: Option<Vec<PanelRule>> = names.split(',').map(rule).collect();
    instance.with_panel_rules(rules?).ok()
}

/// The instance of a folder or a `synth:` shape.
pub(crate) fn load(spec: &str) -> Option<Instance> {
    let Some(shape) = spec.strip_prefix("synth:") else {
        let read = |name: &str| std::fs::read_to_string(format!("{spec}/{name}")).ok();
        return format::read_instance(&read("instance.json")?, &read("edges.csv")?).ok();
    };
    let mut s = synth::Shape {
        papers: 0,
        judges: 0,
        candidates: 100,
        demand: 3,
        load: 0,
        seed: 1,
        crowded: true,
    };
    for part in shape.split(',') {
        let (key, value) = part.split_once('=')?;
        let n: u32 = value.parse().ok()?;
        match key {
            "papers" => s.papers = n,
            "reviewers" => s.judges = n,
            "k" => s.candidates = n,
            "demand" => s.demand = n,
            "load" => s.load = n,
            "seed" => s.seed = u64::from(n),
            "skew" => s.crowded = n != 0,
            _ => return None,
        }
    }
    synth::make(&s).ok()
}
