//! Channels, locks and whatever else tasks wait for that other tasks do.

use recording::{Cause, End};

use crate::run::run;

#[test]
fn a_full_channel_holds_the_sender_until_the_receiver_takes() {
    let run = run("mpsc");
    run.prints("sent 1\nreceived 1\nsent 2\nreceived 2\nsent 3\nreceived 3\n");
    run.tells(&[
        "0 produce(Sender<u32>) prints \"sent 1\\n\"",
        "0 produce(Sender<u32>) awaits send at line 10",
        "0 produce(Sender<u32>) finds the await at line 10 pending",
        "0 produce(Sender<u32>)'s poll is pending",
        "100 main awaits recv at line 20",
        // Room is made before the value is handed over.
        "100 produce(Sender<u32>) is woken by main",
        "100 main finds the await at line 20 ready",
        "100 main prints \"received 1\\n\"",
        "100 produce(Sender<u32>) resumes the await at line 10",
        "100 main is woken by produce(Sender<u32>)",
        "100 produce(Sender<u32>) finds the await at line 10 ready",
        "100 produce(Sender<u32>) prints \"sent 2\\n\"",
    ]);
    // The first send finds room; each of the others is let in by a receive.
    assert_eq!(run.causes(1), [Cause::Task(0), Cause::Task(0)]);
    // What drops the sender wakes nobody: the receiver has been woken by the last value.
    assert_eq!(
        run.causes(0),
        [Cause::Timer(0), Cause::Task(1), Cause::Task(1)]
    );
}

#[test]
fn whoever_watches_is_woken_by_each_change_and_by_the_end() {
    let run = run("watch");
    run.prints("follower sees 1\nfollower sees 2\n");
    assert_eq!(
        run.causes(1),
        [Cause::Task(0), Cause::Task(0), Cause::Task(0)]
    );
    run.tells(&[
        "0 follow(\"follower\", Receiver<u32>) awaits changed at line 9",
        "0 follow(\"follower\", Receiver<u32>) finds the await at line 9 pending",
        "100 follow(\"follower\", Receiver<u32>) has value = 1",
        "200 follow(\"follower\", Receiver<u32>) has value = 2",
        // The sender is dropped.
        "300 main is at line 24",
        "300 follow(\"follower\", Receiver<u32>) is woken by main",
        "300 follow(\"follower\", Receiver<u32>) leaves follow: it returns",
        "300 main is woken by the end of follow(\"follower\", Receiver<u32>)",
    ]);
}

#[test]
fn a_broadcast_wakes_every_receiver() {
    let run = run("broadcast");
    run.prints("first hears 1\nsecond hears 1\nfirst hears 2\nsecond hears 2\n6\n");
    for receiver in [1, 2] {
        assert_eq!(run.causes(receiver), [Cause::Task(0), Cause::Task(0)]);
    }
    run.tells(&[
        "100 listen(\"first\", Receiver<u32>) is woken by main",
        "100 listen(\"second\", Receiver<u32>) is woken by main",
        "100 main's poll is pending",
        "100 listen(\"first\", Receiver<u32>) finds the await at line 10 ready",
        "100 listen(\"second\", Receiver<u32>) finds the await at line 10 ready",
    ]);
    // When the sender is gone, the next receive is ready at once.
    run.tells(&[
        "200 listen(\"first\", Receiver<u32>) prints \"first hears 2\\n\"",
        "200 listen(\"first\", Receiver<u32>) awaits recv at line 10",
        "200 listen(\"first\", Receiver<u32>) finds the await at line 10 ready",
        "200 listen(\"first\", Receiver<u32>) leaves listen: it returns",
    ]);
}

#[test]
fn a_mutex_goes_from_one_task_to_the_next() {
    let run = run("locks");
    run.prints("3\n7\n8\n");
    let [one, two] = ["add(Arc<Mutex<u32>>, 1)", "add(Arc<Mutex<u32>>, 2)"];
    run.tells(&[
        &format!("0 {one} awaits lock at line 10"),
        &format!("0 {one} finds the await at line 10 ready"),
        &format!("0 {one} arms timer 0, due in 100 ms"),
        &format!("0 {two} awaits lock at line 10"),
        &format!("0 {two} finds the await at line 10 pending"),
        // Who holds the lock waits with it; its end is what lets the other in.
        &format!("100 {one} is woken by timer 0"),
        &format!("100 {two} is woken by {one}"),
        &format!("100 {one} leaves add: it returns"),
        &format!("100 {two} finds the await at line 10 ready"),
        &format!("100 {two} has before = 1"),
        &format!("100 {two} arms timer 1, due in 100 ms"),
    ]);
}

#[test]
fn a_writer_waits_for_the_readers() {
    let run = run("locks");
    let writer = "write(Arc<RwLock<u32>>)";
    run.tells(&[
        "200 main has reading = RwLockReadGuard<'_, u32>",
        &format!("200 {writer} awaits write at line 17"),
        &format!("200 {writer} finds the await at line 17 pending"),
        "300 main prints \"7\\n\"",
        // `drop(reading)`.
        "300 main is at line 40",
        &format!("300 {writer} is woken by main"),
        &format!("300 {writer} finds the await at line 17 ready"),
        "300 main prints \"8\\n\"",
    ]);
    assert_eq!(run.causes(3), [Cause::Task(0)]);
}

#[test]
fn a_semaphore_lets_in_as_many_as_it_has_permits() {
    let run = run("locks");
    let task = |ms: u64| format!("with_permit(Arc<Semaphore>, {ms})");
    run.tells(&[
        &format!("300 {} finds the await at line 22 ready", task(100)),
        &format!("300 {} finds the await at line 22 ready", task(300)),
        &format!("300 {} finds the await at line 22 pending", task(400)),
        &format!("400 {} is woken by timer 3", task(100)),
        &format!("400 {} is woken by {}", task(400), task(100)),
        &format!("400 {} finds the await at line 22 ready", task(400)),
        &format!("400 {} arms timer 5, due in 400 ms", task(400)),
        &format!("600 {} ends", task(300)),
        &format!("800 {} ends", task(400)),
    ]);
    assert_eq!(run.causes(6), [Cause::Task(4), Cause::Timer(5)]);
}

#[test]
fn who_is_notified_is_woken_by_whoever_notifies() {
    let run = run("notify");
    run.prints("forwards\nnotified\n200 leads: true\n100 leads: false\n");
    // main notifies the second task, and that one the first.
    assert_eq!(run.causes(2), [Cause::Task(0)]);
    assert_eq!(run.causes(1), [Cause::Task(2)]);
}

#[test]
fn a_barrier_opens_when_the_last_one_comes() {
    let run = run("notify");
    let [early, late] = ["arrives(Arc<Barrier>, 100)", "arrives(Arc<Barrier>, 200)"];
    run.tells(&[
        &format!("200 {early} awaits wait at line 22"),
        &format!("200 {early} finds the await at line 22 pending"),
        &format!("300 {late} awaits wait at line 22"),
        &format!("300 {early} is woken by {late}"),
        // The last one does not wait at all.
        &format!("300 {late} finds the await at line 22 ready"),
        &format!("300 {late} has leads = true"),
        &format!("300 {early} has leads = false"),
    ]);
    assert_eq!(run.causes(3), [Cause::Timer(1), Cause::Task(4)]);
    assert_eq!(run.causes(4), [Cause::Timer(2)]);
    assert!(run.ends().iter().all(|(_, how)| *how == End::Done));
}
