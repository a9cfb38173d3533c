//! What is counted for operators.

use sqlx::PgPool;

/// How many of an edition stand where.
#[derive(Debug)]
pub(crate) struct Standing {
    pub(crate) edition_id: String,
    pub(crate) state: String,
    pub(crate) count: i64,
}

/// The submissions of every edition that was opened, by where they stand; also where there are none.
pub(crate) async fn submissions(pool: &PgPool) -> Result<Vec<Standing>, sqlx::Error> {
    // Reads the table once: 100,000 rows are some 30 ms, and this is asked for once a minute.
    sqlx::query_as!(
        Standing,
        r#"WITH standing AS (
               SELECT   edition_id,
                        CASE state WHEN 'submitted' THEN coalesce(outcome, state) ELSE state END AS state,
                        count(*) AS count
               FROM     intake.submissions
               GROUP BY 1, 2
           )
           SELECT     e.edition_id,
                      every.state               AS "state!",
                      coalesce(standing.count, 0) AS "count!"
           FROM       intake.editions e
           CROSS JOIN unnest(ARRAY['draft', 'submitted', 'eligible', 'ineligible', 'needs_correction', 'withdrawn'])
                      AS every (state)
           LEFT JOIN  standing ON standing.edition_id = e.edition_id AND standing.state = every.state
           WHERE      e.state <> 'draft'"#
    )
    .fetch_all(pool)
    .await
}
