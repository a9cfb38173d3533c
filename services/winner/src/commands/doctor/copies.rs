//! Every service keeps its part of each edition's rules: is it the version in force?

use std::collections::BTreeMap;

use sqlx::PgPool;

use super::Finding;
use crate::registry::Service;

/// Editions by id, each with its version and, where the service keeps it, the rules' hash.
type Editions = BTreeMap<String, (i32, Option<String>)>;

pub(super) async fn examine(pools: &[(&'static Service, PgPool)]) -> Vec<Finding> {
    let mut known = Vec::new();
    for (service, pool) in pools {
        let service = service.name;
        match editions(service, pool).await {
            Ok(editions) => known.push((service, editions)),
            Err(error) => {
                let subject = format!("{service}: editions");
                return vec![Finding::bad(subject, error, "run `winner migrate`")];
            }
        }
    }
    let Some(at) = known.iter().position(|(service, _)| *service == "intake") else {
        return Vec::new();
    };
    let (_, rules) = known.remove(at);
    known
        .iter()
        .map(|(service, copies)| compare(service, &rules, copies))
        .collect()
}

/// Each with the credentials of the service it asks for.
async fn editions(service: &str, pool: &PgPool) -> sqlx::Result<Editions> {
    Ok(match service {
        "intake" => sqlx::query!(
            "SELECT edition_id, version, encode(sha256, 'hex') AS \"sha256!\"
             FROM   intake.editions"
        )
        .fetch_all(pool)
        .await?
        .into_iter()
        .map(|row| (row.edition_id, (row.version, Some(row.sha256))))
        .collect(),
        "matching" => sqlx::query!("SELECT edition_id, version, sha256 FROM matching.editions")
            .fetch_all(pool)
            .await?
            .into_iter()
            .map(|row| (row.edition_id, (row.version, Some(row.sha256))))
            .collect(),
        "judging" => sqlx::query!(
            "SELECT   edition_id, min(edition_version) AS \"version!\"
             FROM     judging.round_rules
             GROUP BY edition_id"
        )
        .fetch_all(pool)
        .await?
        .into_iter()
        .map(|row| (row.edition_id, (row.version, None)))
        .collect(),
        _ => sqlx::query!("SELECT edition_id, version FROM notification.editions")
            .fetch_all(pool)
            .await?
            .into_iter()
            .map(|row| (row.edition_id, (row.version, None)))
            .collect(),
    })
}

fn compare(service: &str, rules: &Editions, copies: &Editions) -> Finding {
    let subject = format!("{service}: editions");
    let differs = rules.iter().filter_map(|(edition, (version, hash))| {
        Some(match copies.get(edition) {
            None => format!("{edition}: has none of version {version}"),
            Some((copy, _)) if copy != version => {
                format!("{edition}: has version {copy}, in force is {version}")
            }
            Some((_, Some(copy))) if hash.as_ref() != Some(copy) => {
                format!("{edition}: has other rules under version {version}")
            }
            Some(_) => return None,
        })
    });
    let differs: Vec<String> = differs.collect();
    if differs.is_empty() {
        return Finding::good(subject, format_args!("{} as intake has them", rules.len()));
    }
    Finding::odd(
        subject,
        differs.join("; "),
        &format!(
            "wait a minute and look again; then `winner dlq list {service}`, and `winner replay intake \
             --consumer {service}-intake --aggregate edition`"
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::super::Verdict;
    use super::*;

    fn editions(version: i32, hash: Option<&str>) -> Editions {
        [("contoh".to_owned(), (version, hash.map(str::to_owned)))].into()
    }

    #[test]
    fn a_copy_that_is_behind_missing_or_other_is_found() {
        let rules = editions(2, Some("aa"));
        let found = |copies| compare("matching", &rules, &copies);
        assert_eq!(found(editions(2, Some("aa"))).verdict, Verdict::Good);
        assert_eq!(found(editions(2, None)).verdict, Verdict::Good);
        assert!(found(editions(1, None)).seen.contains("has version 1"));
        assert!(found(editions(2, Some("bb"))).seen.contains("other rules"));
        assert!(found(Editions::new()).seen.contains("has none"));
    }
}
