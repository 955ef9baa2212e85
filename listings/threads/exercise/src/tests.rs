use std::sync::atomic::{AtomicBool, Ordering};

use super::crunch;

#[test]
fn begins_no_piece_once_it_is_to_stop() {
    let stop = AtomicBool::new(false);
    let done = crunch(4, &stop, |piece| {
        if piece == 2 {
            stop.store(true, Ordering::Relaxed);
        }
    });
    assert_eq!(
        done, 2,
        "`stop` became true after 2 pieces, so 2 were to be done: nobody can stop a closure that \
         does not look at `stop` before each piece"
    );
}

#[test]
fn does_all_pieces_if_nobody_stops_it() {
    let stop = AtomicBool::new(false);
    assert_eq!(crunch(2, &stop, |_| ()), 2, "`stop` stayed false");
}
