//! What the tasks of a run are called: each in a way that no other is.

use super::Lane;
use recording::{Recording, TaskKind};

/// An expression of which only the first line is known: `poll_fn(…)`.
pub(crate) fn whole(text: &str) -> String {
    let Some(head) = text.strip_suffix('{') else {
        return text.to_owned();
    };
    if head.starts_with("async") {
        return "an async block".to_owned();
    }
    match head.split_once('(') {
        Some((path, _)) => format!("{path}(…)"),
        None => head.trim_end().to_owned(),
    }
}

/// Longer names are shortened: they stand in the middle of sentences.
const LONGEST: usize = 32;

/// Names and keys of all tasks. A key is what tells a task from the others where there is no room
/// for its name: the argument of `fetch_data(1)`, the first letter of `main`, or else a number.
pub(crate) fn lanes(recording: &Recording) -> Vec<Lane> {
    let names = names(recording);
    let keys: Vec<String> = names
        .iter()
        .map(|name| {
            let args = name.strip_suffix(')').and_then(|name| {
                let (_, args) = name.split_once('(')?;
                let short = (1..=2).contains(&args.chars().count());
                (short && args.chars().all(char::is_alphanumeric)).then(|| args.to_owned())
            });
            args.unwrap_or_else(|| name.chars().take(1).collect())
        })
        .collect();
    let mut sorted: Vec<_> = keys.iter().collect();
    sorted.sort();
    let is_each =
        sorted.iter().all(|key| !key.is_empty()) && sorted.windows(2).all(|two| two[0] != two[1]);
    let tasks = recording.tasks.iter().zip(names).enumerate();
    tasks
        .map(|(id, (task, name))| Lane {
            key: if is_each {
                keys[id].clone()
            } else {
                id.to_string()
            },
            name,
            is_thread: task.kind == TaskKind::Thread,
        })
        .collect()
}

fn names(recording: &Recording) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for task in &recording.tasks {
        let closure = task.by.filter(|_| is_closure(&task.name));
        names.push(match closure {
            Some(by) if by < names.len() && task.kind == TaskKind::Thread => {
                format!("{}’s thread", names[by])
            }
            Some(by) if by < names.len() => format!("{}’s closure", names[by]),
            _ => shortened(&task.name),
        });
    }
    // Where two would be called the same, the place that tells them apart is named, or their order.
    let lines = recording.tasks.iter().zip(&names).map(|(task, name)| {
        let line = task.site.map(|site| recording.sites[site].at[0]);
        match line {
            Some(line) if !name.ends_with(')') => format!("{name} (line {line})"),
            _ => name.clone(),
        }
    });
    let names = told_apart(&names, lines.collect());
    let mut seen = std::collections::BTreeMap::new();
    let numbered = names.iter().map(|name| {
        let count = seen.entry(name).or_insert(0);
        *count += 1;
        format!("{name} #{count}")
    });
    let numbered = numbered.collect();
    told_apart(&names, numbered)
}

/// The names, but of those that several have, the others.
fn told_apart(names: &[String], others: Vec<String>) -> Vec<String> {
    let mut counts = std::collections::BTreeMap::new();
    for name in names {
        *counts.entry(name).or_insert(0) += 1;
    }
    let pairs = names.iter().zip(others);
    pairs
        .map(|(name, other)| {
            if counts[name] > 1 {
                other
            } else {
                name.clone()
            }
        })
        .collect()
}

/// Whether a task is named by the text of a closure.
pub(crate) fn is_closure(name: &str) -> bool {
    name.starts_with('|') || name.starts_with("move |") || name == "closure"
}

/// The function that a task is named after.
pub(crate) fn function(name: &str) -> &str {
    let name = name.split(" #").next().unwrap_or(name);
    name.split('(').next().unwrap_or(name).trim_end()
}

/// The name of tasks that run one function: `nap(…)`.
pub(crate) fn of_many(name: &str) -> String {
    let function = function(name);
    match name.contains('(') && !name.contains("(line") {
        true => format!("{function}(…)"),
        false => function.to_owned(),
    }
}

/// A call with its arguments, of which the long ones are left out if it is long.
pub(crate) fn call(function: &str, args: &[String]) -> String {
    // `async block`
    if function.contains(' ') {
        return function.to_owned();
    }
    shortened_call(function, args)
}

fn shortened_call(function: &str, args: &[String]) -> String {
    let whole = format!("{function}({})", args.join(", "));
    if whole.chars().count() <= LONGEST {
        return whole;
    }
    let short = args.iter().map(|arg| match arg.chars().count() {
        ..=8 => arg.as_str(),
        _ => "…",
    });
    let mut short: Vec<_> = short.collect();
    short.dedup_by(|one, two| *one == "…" && *two == "…");
    format!("{function}({})", short.join(", "))
}

/// A task's name, of which long arguments, or else its end, are left out if it is long.
fn shortened(name: &str) -> String {
    if name.chars().count() <= LONGEST {
        return name.to_owned();
    }
    if let Some((function, args)) = name.strip_suffix(')').and_then(|name| name.split_once('(')) {
        let call = shortened_call(function, &split(args));
        if call.chars().count() <= LONGEST {
            return call;
        }
        return format!("{function}(…)");
    }
    let start: String = name.chars().take(LONGEST - 1).collect();
    format!("{}…", start.trim_end())
}

/// Arguments at the commas that are in no brackets and no quotes.
fn split(args: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let (mut depth, mut quoted) = (0i32, false);
    for c in args.chars() {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' | '{' | '<' if !quoted => depth += 1,
            ')' | ']' | '}' | '>' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                all.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(last) = all.last_mut() {
            last.push(c);
        }
    }
    all.iter().map(|arg| arg.trim().to_owned()).collect()
}

/// The last macro that is called in the first `before` characters of a text: `join!`.
pub(crate) fn last_macro(text: &str, before: usize) -> &str {
    let end = text
        .char_indices()
        .nth(before)
        .map_or(text.len(), |(at, _)| at);
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let mut calls = text[..end].match_indices('!').rev();
    let called = calls.find_map(|(at, _)| {
        let name = text[..at].rsplit(|c| !is_name(c)).next()?;
        // `a != b`
        (!name.is_empty() && !text[at..].starts_with("!=")).then(|| &text[at - name.len()..=at])
    });
    called.unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_macro_is_the_last_that_is_called_before_its_branch() {
        let text = "println!(\"{}\", tokio::join!(left, !right).0 != 1);";
        assert_eq!(last_macro(text, 30), "join!");
        assert_eq!(last_macro(text, 12), "println!");
        assert_eq!(last_macro("let both = pick! {", usize::MAX), "pick!");
        assert_eq!(last_macro("if a != b && !c", usize::MAX), "");
    }

    #[test]
    fn long_names_keep_what_tells_them_apart() {
        assert_eq!(shortened("fetch_data(1)"), "fetch_data(1)");
        assert_eq!(
            shortened("add(1, Mutex { data: 0, poisoned: false }, Sender<u64>)"),
            "add(1, …)"
        );
        assert_eq!(
            shortened("save(Vec { inner, of, some, length }, Config { a: 1, b: 2 })"),
            "save(…)"
        );
    }
}
