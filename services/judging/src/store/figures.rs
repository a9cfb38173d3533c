//! What is counted for operators.

use sqlx::PgPool;

/// How many of an edition stand where.
#[derive(Debug)]
pub(crate) struct Standing {
    pub(crate) edition_id: String,
    pub(crate) state: String,
    pub(crate) count: i64,
}

/// The assignments of every edition, by state; also where there are none.
pub(crate) async fn assignments(pool: &PgPool) -> Result<Vec<Standing>, sqlx::Error> {
    // Reads the table once, and this is asked for once a minute.
    sqlx::query_as!(
        Standing,
        r#"WITH standing AS (
               SELECT   edition_id, state, count(*) AS count
               FROM     judging.assignments
               GROUP BY edition_id, state
           )
           SELECT     e.edition_id                AS "edition_id!",
                      every.state                 AS "state!",
                      coalesce(standing.count, 0) AS "count!"
           FROM       (SELECT DISTINCT edition_id FROM judging.rounds) AS e
           CROSS JOIN unnest(ARRAY['assigned', 'accepted', 'scored', 'recused', 'removed'])
                      AS every (state)
           LEFT JOIN  standing ON standing.edition_id = e.edition_id AND standing.state = every.state"#
    )
    .fetch_all(pool)
    .await
}
