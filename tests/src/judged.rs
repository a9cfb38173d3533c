//! The second half of a small edition: screening, matches, rounds with their panels, scores, results.
//! Every call gives the service's own status, so that a test can say what it must be.

use anyhow::Result;
use tonic::transport::Channel;
use tonic::{Code, Status};
use uuid::Uuid;
use winner_proto::intake::v1 as intake;
use winner_proto::intake::v1::screening_service_client::ScreeningServiceClient;
use winner_proto::judging::v1 as judging;
use winner_proto::judging::v1::result_service_client::ResultServiceClient;
use winner_proto::judging::v1::round_service_client::RoundServiceClient;
use winner_proto::judging::v1::scoring_service_client::ScoringServiceClient;
use winner_proto::matching::v1 as matching;
use winner_proto::matching::v1::match_service_client::MatchServiceClient;
use winner_proto::matching::v1::panel_service_client::PanelServiceClient;
use winner_proto::notification::v1 as notification;
use winner_proto::notification::v1::message_service_client::MessageServiceClient;

use crate::edition::{Edition, name, not_yet, round};
use crate::site::{example, until};

const SEED: i64 = 2027;
/// Seats of a panel: two entries, two reviews each.
const SEATS: usize = 4;

/// An entry that a judge has to review.
#[derive(Clone, Debug)]
pub struct Seat {
    /// Who.
    pub judge: Uuid,
    /// The entry's name, made for this judge.
    pub entry: String,
}

impl Edition {
    fn at(&self, role: &str) -> Channel {
        self.site.channel(role).unwrap()
    }

    fn rounds(&self) -> RoundServiceClient<Channel> {
        RoundServiceClient::new(self.at("judging"))
    }

    fn scoring(&self) -> ScoringServiceClient<Channel> {
        ScoringServiceClient::new(self.at("judging"))
    }

    fn results(&self) -> ResultServiceClient<Channel> {
        ResultServiceClient::new(self.at("judging"))
    }

    fn panels(&self) -> PanelServiceClient<Channel> {
        PanelServiceClient::new(self.at("matching"))
    }

    /// The screener finds the first version of a submission eligible.
    pub async fn screen(&self, submission: Uuid) -> Result<(), Status> {
        let met = i32::from(intake::CriterionFinding::Met);
        let record = intake::RecordScreeningRequest {
            screening: Some(intake::Screening {
                name: format!("{}/submissions/{submission}/screening", name()),
                submission_version: 1,
                verdict: intake::ScreeningVerdict::Eligible.into(),
                findings: example()
                    .screening_criteria
                    .into_iter()
                    .map(|criterion| (criterion.criterion_id, met))
                    .collect(),
                ..Default::default()
            }),
            request_id: self.request_id(),
        };
        let mut screenings = ScreeningServiceClient::new(self.at("intake"));
        screenings
            .record_screening(self.screener().ask(record))
            .await
            .map(drop)
    }

    /// The chair announces what was decided in a wave.
    pub async fn announce(&self, wave: &str) -> Result<(), Status> {
        let announce = intake::AnnounceOutcomesRequest {
            wave: format!("{}/waves/{wave}", name()),
            request_id: self.request_id(),
        };
        let mut screenings = ScreeningServiceClient::new(self.at("intake"));
        screenings
            .announce_outcomes(self.chair().ask(announce))
            .await
            .map(drop)
    }

    /// Has matches proposed.
    pub async fn propose_matches(&self) -> Result<(), Status> {
        let propose = matching::ProposeMatchesRequest {
            parent: name(),
            request_id: self.request_id(),
        };
        let mut matches = MatchServiceClient::new(self.at("matching"));
        matches
            .propose_matches(self.chair().ask(propose))
            .await
            .map(drop)
    }

    /// Looks at the matches.
    pub async fn list_matches(&self) -> Result<(), Status> {
        let list = matching::ListMatchesRequest {
            parent: name(),
            ..Default::default()
        };
        let mut matches = MatchServiceClient::new(self.at("matching"));
        matches.list_matches(self.chair().ask(list)).await.map(drop)
    }

    /// Asks what became of messages.
    pub async fn list_messages(&self) -> Result<(), Status> {
        let list = notification::ListMessagesRequest {
            parent: name(),
            ..Default::default()
        };
        let mut messages = MessageServiceClient::new(self.at("notification"));
        messages
            .list_messages(self.chair().ask(list))
            .await
            .map(drop)
    }

    /// Plans a round, as soon as judging knows the edition's rules.
    pub async fn created(&self, id: &str) -> Result<()> {
        until("judging to know the rules", async || {
            let create = judging::CreateRoundRequest {
                parent: name(),
                round_id: id.to_owned(),
                seed: SEED,
                request_id: self.request_id(),
            };
            let answer = self.rounds().create_round(self.chair().ask(create)).await;
            not_yet(answer, &[Code::NotFound])
        })
        .await
        .map(drop)
    }

    /// Has a panel planned.
    pub async fn plan(&self, id: &str) -> Result<tonic::Response<matching::Panel>, Status> {
        let plan = matching::PlanPanelRequest {
            round: round(id),
            seed: SEED,
            request_id: self.request_id(),
        };
        self.panels().plan_panel(self.chair().ask(plan)).await
    }

    /// The same, as soon as matching has heard of the round and of every entry and judge.
    pub async fn planned(&self, id: &str) -> Result<matching::Panel> {
        until("matching to know the round and its entries", async || {
            let early = [Code::NotFound, Code::FailedPrecondition];
            let panel = not_yet(self.plan(id).await, &early)?;
            Ok(panel.filter(|p| p.assignments.len() == SEATS && p.shortfalls.is_empty()))
        })
        .await
    }

    /// Confirms a plan.
    pub async fn confirm(&self, panel: &matching::Panel) -> Result<(), Status> {
        let confirm = matching::ConfirmPanelRequest {
            name: panel.name.clone(),
            manifest_hash: panel.manifest_hash.clone(),
            accept_shortfalls: false,
            request_id: self.request_id(),
        };
        self.panels()
            .confirm_panel(self.chair().ask(confirm))
            .await
            .map(drop)
    }

    /// Opens a round with its panel.
    pub async fn open_round(
        &self,
        id: &str,
        panel: &matching::Panel,
    ) -> Result<tonic::Response<judging::Round>, Status> {
        let open = judging::OpenRoundRequest {
            name: round(id),
            manifest_hash: panel.manifest_hash.clone(),
            request_id: self.request_id(),
        };
        self.rounds().open_round(self.chair().ask(open)).await
    }

    /// The same, as soon as judging has heard of the panel.
    pub async fn opened(&self, id: &str, panel: &matching::Panel) -> Result<()> {
        until("judging to know the panel", async || {
            not_yet(
                self.open_round(id, panel).await,
                &[Code::FailedPrecondition],
            )
        })
        .await
        .map(drop)
    }

    /// How many assignments live in a round.
    pub async fn seats(&self, id: &str) -> Result<i32> {
        let get = judging::GetRoundRequest { name: round(id) };
        let round = self.rounds().get_round(self.chair().ask(get)).await?;
        Ok(round.into_inner().assignment_count)
    }

    /// Everything that judges have to review in a round.
    pub async fn queue(&self, id: &str) -> Result<Vec<Seat>, Status> {
        let mut seats = Vec::new();
        for &judge in &self.judges {
            let list = judging::ListAssignmentsRequest {
                parent: round(id),
                page_size: 500,
                page_token: String::new(),
            };
            let asked = self.judge(judge).ask(list);
            let page = self.scoring().list_assignments(asked).await?.into_inner();
            let live = [
                judging::AssignmentState::Assigned,
                judging::AssignmentState::Accepted,
                judging::AssignmentState::Scored,
            ];
            let mine = page.assignments.into_iter();
            seats.extend(mine.filter(|a| live.contains(&a.state())).map(|a| Seat {
                judge,
                entry: a.name,
            }));
        }
        Ok(seats)
    }

    /// A judge declares to know of no conflict.
    pub async fn accept(&self, seat: &Seat) -> Result<(), Status> {
        let accept = judging::AcceptAssignmentRequest {
            name: seat.entry.clone(),
            request_id: self.request_id(),
        };
        let asked = self.judge(seat.judge).ask(accept);
        self.scoring().accept_assignment(asked).await.map(drop)
    }

    /// A judge reads an entry.
    pub async fn read(&self, seat: &Seat) -> Result<judging::Entry, Status> {
        let get = judging::GetEntryRequest {
            name: seat.entry.clone(),
        };
        let asked = self.judge(seat.judge).ask(get);
        Ok(self.scoring().get_entry(asked).await?.into_inner())
    }

    /// A judge gives an entry the same mark under every criterion.
    pub async fn score(&self, seat: &Seat, thousandths: i32) -> Result<(), Status> {
        let first = example().rounds.remove(0);
        let criteria = first.rubric.unwrap_or_default().criteria;
        let submit = judging::SubmitScorecardRequest {
            scorecard: Some(judging::Scorecard {
                name: format!("{}/scorecard", seat.entry),
                scores: criteria
                    .into_iter()
                    .map(|criterion| judging::Score {
                        criterion_id: criterion.criterion_id,
                        mark: Some(judging::score::Mark::Thousandths(thousandths)),
                        comment: String::new(),
                    })
                    .collect(),
                ..Default::default()
            }),
            request_id: self.request_id(),
        };
        let asked = self.judge(seat.judge).ask(submit);
        self.scoring().submit_scorecard(asked).await.map(drop)
    }

    /// Every judge declares, reads and scores everything they have.
    pub async fn score_all(&self, id: &str) -> Result<Vec<Seat>, Status> {
        let seats = self.queue(id).await?;
        for seat in &seats {
            self.accept(seat).await?;
            self.read(seat).await?;
            self.score(seat, 5_000).await?;
        }
        Ok(seats)
    }

    /// A judge steps back.
    pub async fn recuse(&self, seat: &Seat) -> Result<(), Status> {
        let recuse = judging::RecuseRequest {
            name: seat.entry.clone(),
            reason: "Saya mengenal timnya (contoh).".to_owned(),
            request_id: self.request_id(),
        };
        let asked = self.judge(seat.judge).ask(recuse);
        self.scoring().recuse(asked).await.map(drop)
    }

    /// Closes a round.
    pub async fn close(&self, id: &str) -> Result<(), Status> {
        let close = judging::CloseRoundRequest {
            name: round(id),
            accept_missing: false,
            request_id: self.request_id(),
        };
        self.rounds()
            .close_round(self.chair().ask(close))
            .await
            .map(drop)
    }

    /// Computes the ranking of a round.
    pub async fn rank(&self, id: &str) -> Result<judging::Ranking, Status> {
        let compute = judging::ComputeRankingRequest {
            round: round(id),
            request_id: self.request_id(),
        };
        let asked = self.chair().ask(compute);
        Ok(self.results().compute_ranking(asked).await?.into_inner())
    }

    /// Ranks a closed round, approves the ranking and publishes it.
    pub async fn publish(&self, id: &str) -> Result<(), Status> {
        let ranking = self.rank(id).await?;
        let approve = judging::ApproveRankingRequest {
            name: ranking.name.clone(),
            ranking_hash: ranking.ranking_hash,
            request_id: self.request_id(),
        };
        self.results()
            .approve_ranking(self.chair().ask(approve))
            .await?;
        let publish = judging::PublishResultRequest {
            ranking: ranking.name,
            request_id: self.request_id(),
        };
        self.results()
            .publish_result(self.chair().ask(publish))
            .await
            .map(drop)
    }
}
