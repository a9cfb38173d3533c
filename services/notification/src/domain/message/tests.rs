//! Walks the state machine at random and watches the one thing that must never happen.

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::domain::patience::Patience;

fn patience() -> Patience {
    Patience {
        first: Duration::from_secs(1),
        longest: Duration::from_mins(1),
        tries: 5,
    }
}

#[derive(Debug, Clone)]
enum Step {
    Release,
    Hold,
    Claim,
    Cross,
    BreakOff(BrokenOff),
    Conclude(Answer),
    Lapse,
    LateAnswer { same_fence: bool, answer: Answer },
    Settle(Resolution),
    Outlast,
    Cancel,
}

fn answer() -> impl Strategy<Value = Answer> {
    prop_oneof![
        Just(Answer::Accepted { status_code: 250 }),
        Just(Answer::Later(Reason::Deferred)),
        Just(Answer::Refused(Reason::MessageRefused)),
        Just(Answer::None(Reason::AnswerLost)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        Just(Step::Release),
        Just(Step::Hold),
        Just(Step::Claim),
        Just(Step::Cross),
        prop_oneof![
            Just(BrokenOff::Later(Reason::ConnectionLost)),
            Just(BrokenOff::Refused(Reason::RecipientRefused)),
            Just(BrokenOff::Held(Reason::DeliveryMode)),
            Just(BrokenOff::Unaddressable(Reason::NoContact)),
            Just(BrokenOff::TooLate),
            Just(BrokenOff::Untried),
            Just(BrokenOff::NotYet(
                Reason::QuietHours,
                Duration::from_mins(5)
            )),
        ]
        .prop_map(Step::BreakOff),
        answer().prop_map(Step::Conclude),
        Just(Step::Lapse),
        (any::<bool>(), answer())
            .prop_map(|(same_fence, answer)| Step::LateAnswer { same_fence, answer }),
        prop_oneof![
            Just(Resolution::Sent),
            Just(Resolution::Resend),
            Just(Resolution::Cancel)
        ]
        .prop_map(Step::Settle),
        Just(Step::Outlast),
        Just(Step::Cancel),
    ]
}

/// The world outside: what the next server may have in its spool.
#[derive(Debug, Default)]
struct World {
    fence: i64,
    /// A dot may have been written and nobody has said since that it did not count.
    may_be_out: bool,
    /// An organiser took the risk of a second copy.
    told_to_resend: bool,
}

fn heard(answer: Answer, world: &mut World) {
    match answer {
        Answer::Accepted { .. } | Answer::None(_) => world.may_be_out = true,
        Answer::Later(_) | Answer::Refused(_) => world.may_be_out = false,
    }
}

fn walk(state: State, step: &Step, world: &mut World) -> State {
    match (state, step) {
        (State::Held(held), Step::Release) => State::Queued(held.release()),
        (State::Held(held), Step::Cancel) => held.cancel(),
        (State::Queued(queued), Step::Hold) => State::Held(queued.hold(Reason::DeliveryMode)),
        (State::Queued(queued), Step::Cancel) => queued.cancel(),
        (State::Queued(queued), Step::Claim) => {
            world.fence += 1;
            State::Claimed(queued.claim(Fence(world.fence)))
        }
        (State::Claimed(sending), Step::Cross) => {
            world.may_be_out = true;
            State::Committing(sending.cross())
        }
        (State::Claimed(sending), Step::BreakOff(end)) => sending.break_off(*end, &patience()),
        (State::Claimed(sending), Step::Lapse) => State::Queued(sending.lapse()),
        (State::Committing(sending), Step::Conclude(answer)) => {
            heard(*answer, world);
            sending.conclude(*answer, &patience())
        }
        (State::Committing(sending), Step::Lapse) => State::Unknown(sending.lapse()),
        (State::Unknown(unknown), Step::LateAnswer { same_fence, answer }) => {
            let fence = if *same_fence {
                unknown.fence
            } else {
                Fence(unknown.fence.0 - 1)
            };
            match unknown.hear(fence, *answer, &patience()) {
                Ok(state) => {
                    heard(*answer, world);
                    state
                }
                Err(unknown) => State::Unknown(unknown),
            }
        }
        (State::Unknown(unknown), Step::Settle(resolution)) => {
            if *resolution == Resolution::Resend {
                world.told_to_resend = true;
                world.may_be_out = false;
            }
            unknown.settle(*resolution)
        }
        (State::Unknown(unknown), Step::Outlast) => {
            let ever = Duration::from_secs(1_000_000);
            match unknown.outlast(UnknownPolicy::Hold, ever, &patience()) {
                Outlasted::Again(queued) => State::Queued(queued),
                Outlasted::Stays(unknown) | Outlasted::OtherChannel(unknown) => {
                    State::Unknown(unknown)
                }
            }
        }
        (state, _) => state,
    }
}

proptest! {
    #[test]
    fn a_message_that_may_be_out_never_waits_to_be_sent_again(
        steps in prop::collection::vec(step(), 0..60)
    ) {
        let mut world = World::default();
        let mut state = State::Queued(Queued::new());
        for step in &steps {
            let before = state.clone();
            state = walk(state, step, &mut world);
            if world.may_be_out {
                prop_assert!(
                    !matches!(state, State::Queued(_) | State::Held(_) | State::Claimed(_)),
                    "{before:?} -{step:?}-> {state:?}"
                );
            }
            if before.is_final() {
                prop_assert_eq!(&before, &state, "a final state was left by {:?}", step);
            }
        }
    }

    #[test]
    fn a_late_answer_settles_an_unknown_message_only_under_its_own_token(
        attempt in 1_u32..5, fence in 1_i64..1_000, other in 1_i64..1_000, answer in answer()
    ) {
        let unknown = Unknown { attempt, fence: Fence(fence), reason: Reason::SenderLost };
        let heard = unknown.clone().hear(Fence(other), answer, &patience());
        if fence == other {
            let expected = Sending::<Committing>::restore(attempt, Fence(fence))
                .conclude(answer, &patience());
            prop_assert_eq!(heard, Ok(expected));
        } else {
            prop_assert_eq!(heard, Err(unknown));
        }
    }

    #[test]
    fn every_claim_counts_one_more_attempt(attempts in 0_u32..100, fence in any::<i64>()) {
        let queued = Queued { attempts, ..Queued::new() };
        prop_assert_eq!(queued.claim(Fence(fence)).attempt, attempts + 1);
    }
}

#[test]
fn an_unknown_message_is_held_unless_its_policy_says_otherwise() {
    let unknown = Unknown {
        attempt: 1,
        fence: Fence(7),
        reason: Reason::AnswerTimedOut,
    };
    let (day, minute) = (Duration::from_hours(24), Duration::from_mins(1));
    let just_before = Duration::from_secs(59);
    let outlast =
        |policy, since, unknown: &Unknown| unknown.clone().outlast(policy, since, &patience());
    let stays = Outlasted::Stays(unknown.clone());
    assert_eq!(outlast(UnknownPolicy::default(), day, &unknown), stays);
    let resend = UnknownPolicy::ResendAfter(minute);
    assert_eq!(outlast(resend, just_before, &unknown), stays);
    assert!(matches!(
        outlast(resend, minute, &unknown),
        Outlasted::Again(Queued { attempts: 1, .. })
    ));
    let other = UnknownPolicy::OtherChannelAfter(minute);
    assert_eq!(outlast(other, just_before, &unknown), stays);
    assert_eq!(
        outlast(other, minute, &unknown),
        Outlasted::OtherChannel(unknown.clone())
    );
    // Silence does not make us send without end.
    let tried = Unknown {
        attempt: patience().tries,
        ..unknown
    };
    assert_eq!(
        outlast(resend, day, &tried),
        Outlasted::Stays(tried.clone())
    );
}

#[test]
fn patience_ends_in_failure_not_in_silence() {
    let last = Sending::<BeforeCommit>::restore(5, Fence(1));
    assert_eq!(
        last.break_off(BrokenOff::Later(Reason::Deferred), &patience()),
        State::Failed(Reason::GaveUp)
    );
}
