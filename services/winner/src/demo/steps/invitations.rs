//! People are invited by mail and accept with the secret of the link in the mail that was really sent.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use winner_proto::intake::v1 as pb;
use winner_proto::intake::v1::identity_service_client::IdentityServiceClient;
use winner_proto::options::v1::Office;

use super::edition;
use crate::demo::Stage;
use crate::demo::cast::{Actor, Contact, Planted};
use crate::demo::waiting::{each, until};

/// An offer of an office or a membership.
pub(super) struct Offer<'a> {
    by: &'a Actor,
    to: &'a Actor,
    office: Office,
    scope: String,
}

/// The offices of the edition, all by its chair.
pub(super) fn offices(stage: &Stage) -> Vec<Offer<'_>> {
    let cast = &stage.cast;
    let offer = |to, office, scope| Offer {
        by: &cast.chair,
        to,
        office,
        scope,
    };
    let officials = cast.governments.iter().map(|g| {
        let scope = g.region.as_str().to_owned();
        offer(&g.official, Office::Official, scope)
    });
    let judges = cast.judges.iter();
    [
        offer(&cast.organiser, Office::Organiser, String::new()),
        offer(&cast.screener, Office::Screener, String::new()),
    ]
    .into_iter()
    .chain(officials)
    .chain(judges.map(|j| offer(&j.actor, Office::Judge, String::new())))
    .collect()
}

/// The judges that join a team's organisation, each by its applicant.
pub(super) fn memberships(stage: &Stage) -> Vec<Offer<'_>> {
    let cast = &stage.cast;
    let planted = cast.conflicts.iter().filter(|c| c.kind == Planted::Member);
    planted
        .map(|conflict| {
            let team = &cast.teams[conflict.team];
            Offer {
                by: &team.applicant,
                to: &cast.judges[conflict.judge].actor,
                office: Office::Member,
                scope: team.organisation_id.to_string(),
            }
        })
        .collect()
}

/// Sends the offers, reads the mails, accepts. Afterwards everybody holds what they were offered.
pub(super) async fn offer_and_accept(stage: &Stage, offers: &[Offer<'_>]) -> Result<()> {
    let bar = stage.progress.bar("people invited", offers.len());
    let invited = each(bar, offers.iter().map(|offer| invite(stage, offer))).await?;
    let secrets = until("the invitations to arrive", async || {
        let mut secrets = BTreeMap::new();
        for letter in stage.mailbox.letters()? {
            secrets.extend(link(&letter.text()));
        }
        let arrived = invited.iter().all(|name| secrets.contains_key(name));
        Ok(arrived.then_some(secrets))
    })
    .await?;
    let bar = stage.progress.bar("invitations accepted", offers.len());
    let accepted = offers.iter().zip(&invited).map(|(offer, name)| {
        let secret = secrets.get(name).cloned().unwrap_or_default();
        accept(stage, offer.to, name, secret)
    });
    each(bar, accepted).await?;
    Ok(())
}

/// Invites somebody and answers the name of the membership.
async fn invite(stage: &Stage, offer: &Offer<'_>) -> Result<String> {
    let by = stage.api.session(offer.by).await?;
    // A team's organisation is of no edition.
    let edition = match offer.office {
        Office::Member => String::new(),
        _ => edition(stage),
    };
    let request = pb::CreateInvitationRequest {
        membership: Some(pb::Membership {
            office: offer.office.into(),
            edition,
            scope: offer.scope.clone(),
            email: offer.to.email.clone(),
            ..Default::default()
        }),
        request_id: stage.api.request_id(),
        ..Default::default()
    };
    let offered = IdentityServiceClient::new(stage.api.intake.clone())
        .create_invitation(by.ask(request))
        .await
        .with_context(|| format!("{} is not invited", offer.to.subject))?;
    Ok(offered.into_inner().name)
}

async fn accept(stage: &Stage, who: &Actor, membership: &str, token: String) -> Result<()> {
    let session = stage.api.session(who).await?;
    let request = pb::AcceptInvitationRequest {
        name: membership.to_owned(),
        token,
        request_id: stage.api.request_id(),
    };
    let granted = IdentityServiceClient::new(stage.api.intake.clone())
        .accept_invitation(session.ask(request))
        .await
        .with_context(|| format!("{} cannot accept", who.subject))?
        .into_inner();
    ensure!(
        granted.state() == pb::MembershipState::Granted,
        "{} holds no office",
        who.subject
    );
    // What was granted stands in the next token.
    stage.api.sign_in(who).await?;
    introduce(stage, who).await
}

/// Somebody tells their number and employer, where they do.
pub(super) async fn introduce(stage: &Stage, who: &Actor) -> Result<()> {
    let Contact { phone, employer } = who.contact.clone();
    let told = [("phone", &phone), ("employer", &employer)];
    let paths: Vec<String> = told
        .into_iter()
        .filter(|(_, value)| value.is_some())
        .map(|(field, _)| field.to_owned())
        .collect();
    if paths.is_empty() {
        return Ok(());
    }
    let session = stage.api.session(who).await?;
    let request = pb::UpdatePersonRequest {
        person: Some(pb::Person {
            name: "persons/me".to_owned(),
            phone: phone.unwrap_or_default(),
            employer: employer.unwrap_or_default(),
            ..Default::default()
        }),
        update_mask: Some(pbjson_types::FieldMask { paths }),
        request_id: stage.api.request_id(),
    };
    IdentityServiceClient::new(stage.api.intake.clone())
        .update_person(session.ask(request))
        .await
        .with_context(|| format!("{} cannot tell of themselves", who.subject))?;
    Ok(())
}

/// The membership and the secret of an invitation's link.
fn link(text: &str) -> Option<(String, String)> {
    let (_, after) = text.split_once("/invitations/")?;
    let (membership, after) = after.split_once("#token=")?;
    let secret = after
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '~' | '%'))
        .collect();
    Some((format!("memberships/{membership}"), secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_names_its_membership_and_holds_its_secret() {
        let text =
            "Terima undangan:\nhttps://x.test/invitations/0199-a#token=r4-h%26\n\nTautan ini";
        let expected = ("memberships/0199-a".to_owned(), "r4-h%26".to_owned());
        assert_eq!(link(text), Some(expected));
        assert_eq!(link("Salam"), None);
    }
}
