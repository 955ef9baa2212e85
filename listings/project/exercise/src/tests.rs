use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::{Busy, Site, download};

// On Tokio's paused clock a sleep takes no time, and the clock still counts it.
#[tokio::test(start_paused = true)]
async fn asks_again_after_a_pause() {
    let site = Site::busy_for(2);
    let start = Instant::now();
    assert_eq!(
        download(&site, &Semaphore::new(1)).await,
        Ok("a picture"),
        "the site is busy twice and answers the third time: ask again"
    );
    assert_eq!(
        start.elapsed(),
        Duration::from_millis(2900),
        "three requests take 0.9 s, the two pauses between them 2 s"
    );
}

#[tokio::test(start_paused = true)]
async fn gives_up_after_three_attempts() {
    let site = Site::busy_for(100);
    assert_eq!(download(&site, &Semaphore::new(1)).await, Err(Busy));
    assert_eq!(
        site.requests.load(Ordering::SeqCst),
        3,
        "ask three times, then give up"
    );
}

#[tokio::test(start_paused = true)]
async fn holds_no_permit_while_it_pauses() {
    let (busy, quick) = (Site::busy_for(1), Site::busy_for(0));
    let permits = Semaphore::new(1);
    let start = Instant::now();
    let second = async {
        let answer = download(&quick, &permits).await;
        (answer, start.elapsed())
    };
    let (first, second) = tokio::join!(biased; download(&busy, &permits), second);
    assert_eq!(
        first,
        Ok("a picture"),
        "the site is busy once and answers the second time: ask again"
    );
    assert_eq!(
        second,
        (Ok("a picture"), Duration::from_millis(600)),
        "drop the permit before the pause, so that another download can have it"
    );
}
