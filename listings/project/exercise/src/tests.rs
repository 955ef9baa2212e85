use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::{Site, download};

// On Tokio's paused clock a sleep takes no time, and the clock still counts it.
#[tokio::test(start_paused = true)]
async fn asks_again_after_a_second() {
    let site = Site::slow_for(2);
    let start = Instant::now();
    assert_eq!(download(&site, &Semaphore::new(1)).await, Ok("a picture"));
    assert_eq!(
        site.requests.load(Ordering::SeqCst),
        3,
        "two answers take more than a second: give each up, and ask again"
    );
    assert_eq!(
        start.elapsed(),
        Duration::from_millis(3300),
        "two requests are given up after 1 s, two pauses take 0.5 s, the last answer 0.3 s"
    );
}

#[tokio::test(start_paused = true)]
async fn gives_up_after_three_attempts() {
    let site = Site::slow_for(100);
    let start = Instant::now();
    let answer = download(&site, &Semaphore::new(1)).await;
    assert!(answer.is_err(), "no answer comes within a second: give up");
    assert_eq!(
        site.requests.load(Ordering::SeqCst),
        3,
        "ask three times, then give up"
    );
    assert_eq!(
        start.elapsed(),
        Duration::from_secs(4),
        "three requests take 1 s each, the two pauses between them 0.5 s"
    );
}

#[tokio::test(start_paused = true)]
async fn holds_no_permit_while_it_pauses() {
    let (slow, quick) = (Site::slow_for(1), Site::slow_for(0));
    let permits = Semaphore::new(1);
    let start = Instant::now();
    let second = async {
        let answer = download(&quick, &permits).await;
        (answer, start.elapsed())
    };
    let (first, second) = tokio::join!(biased; download(&slow, &permits), second);
    assert_eq!(first, Ok("a picture"));
    assert_eq!(
        second,
        (Ok("a picture"), Duration::from_millis(1300)),
        "the other download has the only permit after 1 s, in the pause, and its picture 0.3 s later"
    );
}
