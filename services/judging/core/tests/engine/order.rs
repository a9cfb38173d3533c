//! The whole way from a sheet to the report: no order of rows changes a byte.

use std::collections::BTreeMap;

use proptest::prelude::*;
use winner_judging_core::analysis::{Evidence, alarms, kinships};
use winner_judging_core::model::Model;
use winner_judging_core::page;
use winner_judging_core::report::{Parts, Report};
use winner_judging_core::sensitivity::Method;
use winner_judging_core::table::Table;
use winner_judging_core::{Places, Seed, sheet};

/// The report of a sheet in JSON and as a page.
fn report(text: &str, aggregator: Method) -> [String; 2] {
    let loaded = sheet::load(&sheet::parse(text).unwrap());
    let table = Table::of(&loaded, sheet::Combine::Mean);
    let (entries, judges) = (table.entries.clone(), table.judges.clone());
    let model = Model::fitted(entries, judges, table.scores.clone(), None);
    let (top, places) = (Some(3), Places::THREE);
    let standings = model.standings(top, &Seed([9; 32]));
    let mut report = Report::of(&Parts {
        table: &table,
        model: &model,
        standings: &standings,
        aggregator,
        places,
        top,
    });
    report.keep_extras(&loaded.extras);
    report.alarms = alarms(&Evidence {
        table: &table,
        model: &model,
        standings: &standings,
        agreement: &report.agreement,
        design: &report.design,
        top,
        places,
        kinships: kinships(&loaded, &model),
    });
    report.seconds = BTreeMap::new();
    [
        serde_json::to_string(&report).unwrap(),
        page::html(&report, None),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_order_of_rows_changes_a_byte_of_the_report(
        marks in proptest::collection::vec((0u8..12, 0u8..6, 0u8..2, 0u8..20), 20..80),
        by in 1usize..20,
        method in prop_oneof![Just(Method::Reml), Just(Method::Fixed), Just(Method::Z), Just(Method::Trimmed)],
    ) {
        let unique: BTreeMap<_, _> = marks.iter().map(|(e, j, c, mark)| ((e, j, c), mark)).collect();
        let mut rows: Vec<String> = unique
            .iter()
            .map(|((e, j, c), mark)| {
                format!("E{e},J{j},c{c},{},note {mark},{},{}\n", f64::from(**mark) / 2.0, *e % 3, *j % 3)
            })
            .collect();
        let sheet = |rows: &[String]| format!("entry,judge,criterion,score,note,region,judge_region\n{}", rows.concat());
        let before = report(&sheet(&rows), method);
        rows.reverse();
        let count = rows.len();
        rows.rotate_left(by % count);
        rows.swap(0, count / 2);
        prop_assert_eq!(before, report(&sheet(&rows), method));
    }
}
