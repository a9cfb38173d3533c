use super::*;

fn ack(sequence: u64, batch_size: Option<u64>) -> PublishAck {
    PublishAck {
        stream: "S".to_owned(),
        sequence,
        batch_size,
        ..PublishAck::default()
    }
}

#[test]
fn the_events_of_a_batch_lie_side_by_side_and_end_at_the_acknowledged_one() {
    let places = places(&ack(12, Some(3)), 3).unwrap();
    let sequences: Vec<u64> = places.iter().map(|place| place.sequence).collect();
    assert_eq!(sequences, [10, 11, 12]);
}

#[test]
fn an_acknowledgement_of_another_number_of_events_places_none() {
    assert!(places(&ack(12, None), 3).is_none());
    assert!(places(&ack(12, Some(2)), 3).is_none());
    assert!(places(&ack(1, Some(3)), 3).is_none());
}
