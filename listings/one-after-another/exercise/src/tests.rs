use super::in_turn;

#[test]
fn each_fetch_begins_when_the_one_before_is_over() {
    let seconds = in_turn(&[1, 2]);
    assert_eq!(
        seconds, 3,
        "the fetch that needs 2 seconds begins when the first is over, after 1 second"
    );
}

#[test]
fn no_fetch_takes_no_time() {
    assert_eq!(in_turn(&[]), 0, "there is nothing to wait for");
}
