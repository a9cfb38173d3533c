//! One submission as one trace: what four processes export, from the applicant's call to the mail that
//! answers it. What is tried again is linked to its cause and no part of the tree.
#![allow(clippy::large_futures, reason = "a test runs once")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests may panic"
)]

mod stage;

use std::time::Duration;

use stage::{CALLER, READY, Stage, copy};
use winner::stack::otlp::{Kind, Sampling, Span, Trace, TraceId};

const SUBMIT: &str = "winner.intake.v1.SubmissionService/Submit";
const RECIPIENTS: &str = "winner.intake.v1.ViewService/ResolveRecipients";
const CONTACTS: &str = "winner.intake.v1.ViewService/BatchGetContacts";
const TEXTS: &str = "winner.intake.v1.ViewService/BatchGetMatchingText";
const MAIL: &str = "message.deliver";

/// What the edition's people are called and write, and how one would be written to or signed in.
const PERSONAL: [&str; 7] = [
    "@",
    "Organisasi Contoh",
    "Usulan contoh",
    "Ringkasan contoh",
    "Dampak contoh",
    "Bearer",
    "eyJ",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_is_one_trace_up_to_its_mail_and_what_is_tried_again_is_linked() {
    let mut stage = Stage::set().await;
    the_whole_way_is_one_tree(&stage).await;
    what_is_tried_again_is_linked(&mut stage).await;
    nothing_personal_is_told(&stage.sink.spans());
}

/// From the call through relay, consumers and their questions to the mail.
async fn the_whole_way_is_one_tree(stage: &Stage) {
    let id = TraceId::from_u128(0x51);
    stage.submits(1, id).await;
    let trace = stage.whole(id, |trace| mailed(trace) && asked(trace)).await;
    println!("{trace}");

    let [root] = trace.roots()[..] else {
        panic!("not one root\n{trace}");
    };
    assert_eq!(
        root.parent,
        Some(CALLER),
        "the call is the applicant's\n{trace}"
    );
    let (publish, process) = (stage.named("publish"), stage.named("process"));
    let told = [("intake", SUBMIT), ("intake", publish.as_str())];
    let heard = ("notification", process.as_str());
    let copied = ("matching", process.as_str());
    // The mail, the two questions before it, and matching's.
    way(&trace, &told, &[heard, ("notification", MAIL)]);
    way(
        &trace,
        &told,
        &[heard, ("notification", RECIPIENTS), ("intake", RECIPIENTS)],
    );
    let looked_up = ("notification", "message.contacts");
    way(
        &trace,
        &told,
        &[
            heard,
            looked_up,
            ("notification", CONTACTS),
            ("intake", CONTACTS),
        ],
    );
    way(
        &trace,
        &told,
        &[copied, ("matching", TEXTS), ("intake", TEXTS)],
    );

    for span in trace.spans() {
        assert!(
            span.links.is_empty() && !span.failed,
            "{}\n{trace}",
            span.name
        );
        for child in trace.children(span.id) {
            assert!(
                child.start_nanos >= span.start_nanos,
                "{}\n{trace}",
                child.name
            );
        }
    }
    let kinds = |name: &str| {
        let named = trace.spans().iter().filter(|span| span.name == name);
        named.map(|span| span.kind).collect::<Vec<_>>()
    };
    assert_eq!(kinds(SUBMIT), [Kind::Server]);
    assert_eq!(kinds(&publish), [Kind::Producer]);
    assert!(kinds(&process).iter().all(|kind| *kind == Kind::Consumer));
    assert_eq!(kinds(CONTACTS), [Kind::Client, Kind::Server]);

    // Opening an edition and drafting cost nothing: nobody had asked for their traces.
    let others = stage.sink.spans().into_iter().find(|span| span.trace != id);
    assert_eq!(others, None);
}

/// Intake is away while notification asks it, until the broker delivers the event again; then the mail
/// server is away at the first attempt.
async fn what_is_tried_again_is_linked(stage: &mut Stage) {
    let id = TraceId::from_u128(0x52);
    stage.lose_patience_soon();
    stage.sample(Sampling::All);
    let fleet = &mut stage.edition.site.installation.fleet;
    fleet.stop(&copy("notification")).unwrap();
    stage.submits(2, id).await;
    stage
        .seen(id, "the publication", |span| span.kind == Kind::Producer)
        .await;
    let fleet = &mut stage.edition.site.installation.fleet;
    fleet.stop(&copy("intake")).unwrap();
    fleet.start(&copy("notification")).unwrap();
    stage
        .seen(id, "a question to intake", |span| {
            span.name == RECIPIENTS && span.failed
        })
        .await;
    // The broker waits for a second.
    tokio::time::sleep(Duration::from_secs(3)).await;
    stage.edition.site.stack.kill_mail_sink().await.unwrap();
    let fleet = &mut stage.edition.site.installation.fleet;
    fleet.start(&copy("intake")).unwrap();
    for role in ["intake", "notification"] {
        fleet.wait_ready(&copy(role), READY).await.unwrap();
    }
    stage
        .seen(id, "a first attempt", |span| {
            span.name == MAIL && span.failed
        })
        .await;
    stage.edition.site.stack.revive_mail_sink().await.unwrap();
    stage.mails(2).await;

    let trace = stage.whole(id, mailed).await;
    let find = |service: &str, name: &str| {
        let mut found = trace
            .spans()
            .iter()
            .filter(|s| s.service == service && s.name == name && !for_webhooks(s));
        let only = found
            .next()
            .unwrap_or_else(|| panic!("no {name} at {service}\n{trace}"));
        assert!(found.next().is_none(), "{name} twice at {service}\n{trace}");
        only.id
    };
    let published = find("intake", &stage.named("publish"));
    let heard = find("notification", &stage.named("process"));
    find("notification", MAIL);

    let again = stage.linked("the second delivery", (id, published)).await;
    assert_eq!(
        (again.service.as_str(), again.name),
        ("notification", stage.named("process"))
    );
    assert_eq!(again.attributes["delivered"], "2");
    let mail = stage.linked("the second attempt", (id, heard)).await;
    assert_eq!(
        (mail.name.as_str(), mail.attributes["attempt"].as_str()),
        (MAIL, "2")
    );
    assert!(
        again.trace != id && mail.trace != id,
        "a trace without an end"
    );
}

/// Asserts that a span's way from the first one is this: what was told and what followed.
#[track_caller]
fn way(trace: &Trace, told: &[(&str, &str)], followed: &[(&str, &str)]) {
    let wanted: Vec<_> = told.iter().chain(followed).copied().collect();
    let ways = trace.spans().iter().map(|span| trace.path(span.id));
    let found = ways.map(|path| {
        let names = path
            .iter()
            .map(|span| (span.service.as_str(), span.name.as_str()));
        names.collect::<Vec<_>>()
    });
    assert!(
        found.into_iter().any(|names| names == wanted),
        "no {wanted:?}\n{trace}"
    );
}

/// Notification hears it twice: for people, and for endpoints outside.
fn for_webhooks(span: &Span) -> bool {
    let group = span.attributes.get("messaging.consumer.group.name");
    group.is_some_and(|group| group == "notification-webhooks-intake")
}

fn mailed(trace: &Trace) -> bool {
    trace.spans().iter().any(|span| span.name == MAIL)
}

/// Whether matching has asked for its copy.
fn asked(trace: &Trace) -> bool {
    trace
        .spans()
        .iter()
        .any(|span| span.name == TEXTS && span.kind == Kind::Server)
}

fn nothing_personal_is_told(spans: &[Span]) {
    for span in spans {
        let events = span.events.iter();
        let events = events.flat_map(|(text, fields)| fields.values().chain([text]));
        for told in span.attributes.values().chain([&span.name]).chain(events) {
            let personal = PERSONAL.iter().find(|personal| told.contains(**personal));
            assert_eq!(personal, None, "{told:?} of {span:?}");
        }
    }
}
