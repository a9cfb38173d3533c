//! Every service's ledger is whole: counters are contiguous from 1, and the order of publishing is the
//! order of the counters.

use anyhow::Result;
use winner::registry::SERVICES;

use crate::crash::rig::Rig;
use crate::crash::sql;

pub(super) async fn judge(rig: &Rig) -> Result<Vec<String>> {
    let mut violations = Vec::new();
    for service in SERVICES {
        let broken = sql::rows(
            &rig.admin,
            format!(
                "select a.aggregate_type, a.aggregate_id, a.count::text, count(p.id)::text,
                        min(p.count)::text, max(p.count)::text
                 from   {0}.aggregates a
                 left   join {0}.published p
                 on     p.aggregate_type = a.aggregate_type
                 and    p.aggregate_id = a.aggregate_id
                 and    p.epoch = a.epoch
                 group  by a.aggregate_type, a.aggregate_id, a.count
                 having count(p.id) <> a.count or min(p.count) <> 1 or max(p.count) <> a.count",
                service.name
            ),
        )
        .await?;
        violations.extend(
            broken
                .iter()
                .map(|row| format!("{}: a gap in the ledger: {row:?}", service.name)),
        );
        let disordered = sql::rows(
            &rig.admin,
            format!(
                "select aggregate_type, aggregate_id, count::text, stream_sequence::text
                 from (
                     select *, lag(stream_sequence) over (
                         partition by aggregate_type, aggregate_id, stream order by epoch, count
                     ) as before
                     from {}.published
                 ) as p
                 where stream_sequence <= before",
                service.name
            ),
        )
        .await?;
        violations.extend(
            disordered
                .iter()
                .map(|row| format!("{}: published out of order: {row:?}", service.name)),
        );
    }
    Ok(violations)
}
