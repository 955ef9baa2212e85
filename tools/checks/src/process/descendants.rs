//! The programs that a program has started, and theirs.

/// Ends all of them.
#[cfg(unix)]
pub(super) fn end(program: u32) {
    use rustix::process::{Pid, Signal, kill_process};
    let send = |process: &u32, signal| {
        let process = i32::try_from(*process).ok().and_then(Pid::from_raw);
        if let Some(process) = process {
            // One that has ended meanwhile is no loss.
            let _ = kill_process(process, signal);
        }
    };
    // Each is stopped before its children are looked for, so that it starts no more of them.
    let mut family = vec![program];
    let mut looked_at = 0;
    while looked_at < family.len() {
        family[looked_at..]
            .iter()
            .for_each(|process| send(process, Signal::STOP));
        looked_at = family.len();
        let new: Vec<u32> = parents()
            .into_iter()
            .filter(|(process, parent)| family.contains(parent) && !family.contains(process))
            .map(|(process, _)| process)
            .collect();
        family.extend(new);
    }
    family[1..]
        .iter()
        .for_each(|process| send(process, Signal::KILL));
}

#[cfg(not(unix))]
pub(super) fn end(_program: u32) {}

/// Every process and its parent.
#[cfg(target_os = "linux")]
fn parents() -> Vec<(u32, u32)> {
    let stat = |process: u32| {
        let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        // The name before the last bracket may hold anything.
        let parent = text.rsplit_once(')')?.1.split_whitespace().nth(1)?;
        Some((process, parent.parse().ok()?))
    };
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries
        .filter_map(|entry| stat(entry.file_name().to_str()?.parse().ok()?))
        .collect()
}

/// Every process and its parent.
#[cfg(all(unix, not(target_os = "linux")))]
fn parents() -> Vec<(u32, u32)> {
    let listed = std::process::Command::new("ps")
        .args(["-A", "-o", "pid=,ppid="])
        .output();
    let listed = listed.map_or(Vec::new(), |output| output.stdout);
    String::from_utf8_lossy(&listed)
        .lines()
        .filter_map(|line| {
            let mut numbers = line.split_whitespace().map(str::parse);
            Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
        })
        .collect()
}
