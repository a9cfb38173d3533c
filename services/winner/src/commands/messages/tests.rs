//! What operators read.

use clap::{CommandFactory, Parser};
use pbjson_types::Timestamp;
use winner_proto::notification::v1::{
    Attempt, AttemptPhase, Channel, Message, MessageState, StopMessagesResponse, Unreached,
};

use super::{Arguments, list, proof, stop, unreached};

#[derive(Parser)]
#[command(name = "winner messages", max_term_width = 100)]
struct Alone {
    #[command(flatten)]
    arguments: Arguments,
}

fn at(seconds: i64) -> Timestamp {
    Timestamp {
        seconds: 1_795_000_000 + seconds,
        nanos: 0,
    }
}

fn message(channel: Channel, state: MessageState, reason: &str) -> Message {
    Message {
        name: "editions/contoh-2026/messages/01990000-0000-7000-8000-000000000001".to_owned(),
        template: "result_published".to_owned(),
        recipient_id: "00000000-0000-4000-8000-000000000002".to_owned(),
        channel: channel.into(),
        state: state.into(),
        event_id: "00000000-0000-4000-8000-000000000003".to_owned(),
        create_time: Some(at(0)),
        reason_code: reason.to_owned(),
        ..Message::default()
    }
}

#[test]
fn the_help_says_what_can_be_done_with_messages() {
    let mut help = Alone::command().render_long_help().to_string();
    for name in ["list", "resolve", "stop", "unreached"] {
        let mut command = Alone::command();
        let sub = command.find_subcommand_mut(name).unwrap();
        help.push_str(&["\n--- ", name, "\n", &sub.render_help().to_string()].concat());
    }
    insta::assert_snapshot!(help);
}

#[test]
fn a_proof_of_notice_names_hash_attempts_route_answer_and_times() {
    let hash = "ab".repeat(32);
    let delivered = Message {
        send_time: Some(at(61)),
        deliver_time: Some(at(75)),
        provider_id: "4F2b19C0007".to_owned(),
        content_hash: hash.clone(),
        attempts: vec![
            Attempt {
                number: 1,
                phase: AttemptPhase::BeforeCommit.into(),
                begin_time: Some(at(1)),
                end_time: Some(at(2)),
                status_code: 451,
                route: "utama".to_owned(),
                answer: "451 4.3.2 try later".to_owned(),
                reason_code: "deferred".to_owned(),
                content_hash: hash.clone(),
            },
            Attempt {
                number: 2,
                phase: AttemptPhase::Answered.into(),
                begin_time: Some(at(60)),
                end_time: Some(at(61)),
                status_code: 250,
                route: "cadangan".to_owned(),
                answer: "250 2.0.0 Ok: queued as 4F2b19C0007".to_owned(),
                content_hash: hash,
                ..Attempt::default()
            },
        ],
        ..message(Channel::Email, MessageState::Delivered, "")
    };
    insta::assert_snapshot!(proof::text(&delivered).unwrap());
    let held = message(Channel::Sms, MessageState::Held, "delivery_mode");
    insta::assert_snapshot!(proof::text(&held).unwrap());
}

#[test]
fn lists_are_tables_without_empty_columns() {
    let messages = [
        message(Channel::Email, MessageState::Queued, ""),
        message(Channel::Sms, MessageState::Unknown, "answer_lost"),
    ];
    insta::assert_snapshot!(list::table(&messages).text());
    let notice = Unreached {
        event_id: messages[0].event_id.clone(),
        template: messages[0].template.clone(),
        recipient_id: messages[0].recipient_id.clone(),
        messages: messages.to_vec(),
    };
    insta::assert_snapshot!(unreached::table(&[notice]).text());
    let done = StopMessagesResponse {
        stopped_count: 480,
        sending_count: 2,
        sent_count: 17,
        unknown_count: 1,
    };
    insta::assert_snapshot!(stop::said(&done));
}
