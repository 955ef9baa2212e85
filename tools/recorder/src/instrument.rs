//! Source text in, source text out: the calls that tell what a program does, inserted on the lines
//! where it does it. Every line keeps its number.
//!
//! A pure function. What it does not understand it leaves alone: code inside macros that it does
//! not know, `const` code, macro definitions.

mod macros;
mod names;
mod visit;

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

use proc_macro2::Span;
use recording::SiteKind;
use syn::Block;
use syn::spanned::Spanned;
use syn::visit::Visit;

/// What the inserted calls are named by.
const LINKED: &str = "::recorder_linked";

/// A file with the calls in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Instrumented {
    /// The new text: line for line the old one.
    pub text: String,
    /// The places that the calls name, in the source's order, numbered from the first number given.
    pub places: Vec<Place>,
    /// What was inserted where, in the source's order.
    insertions: Vec<Insertion>,
}

/// A place of the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// What stands there.
    pub kind: SiteKind,
    /// The function it stands in.
    pub function: String,
    /// First line and column, last line and the column after the end; from 1, in characters.
    pub at: [usize; 4],
    /// The text that stands there; of several lines the first.
    pub text: String,
    /// Of a spawn: the text of what is spawned.
    pub argument: Option<String>,
    /// Of a branch that is polled in random order with others: the number of the first of them.
    pub any: Option<usize>,
    /// Of a branch behind those of a macro within its own: the number of its own macro's first.
    pub first: Option<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Insertion {
    /// The byte of the source that it stands before.
    at: usize,
    text: String,
    /// The function that it is in, by its number in the source's order, and its name.
    function: usize,
    name: String,
}

impl Instrumented {
    /// A file with nothing inserted.
    pub fn unchanged(source: &str) -> Instrumented {
        Instrumented {
            text: source.to_owned(),
            ..Instrumented::default()
        }
    }

    /// The byte of the source that stands at, or after, a byte of the new text; and, if that byte
    /// was inserted, the number of the function that it was inserted into.
    pub fn origin(&self, byte: usize) -> (usize, Option<usize>) {
        let mut inserted = 0;
        for insertion in &self.insertions {
            if byte < insertion.at + inserted {
                break;
            }
            if byte < insertion.at + inserted + insertion.text.len() {
                return (insertion.at, Some(insertion.function));
            }
            inserted += insertion.text.len();
        }
        (byte - inserted, None)
    }

    /// The names of functions, given by their numbers.
    pub(crate) fn names_of(&self, functions: &BTreeSet<usize>) -> BTreeSet<String> {
        let inserted = self.insertions.iter();
        let known = inserted.filter(|insertion| functions.contains(&insertion.function));
        known.map(|insertion| insertion.name.clone()).collect()
    }

    /// The functions that something was inserted into.
    pub fn functions(&self) -> BTreeSet<usize> {
        let functions = self.insertions.iter().map(|insertion| insertion.function);
        functions.collect()
    }
}

/// Inserts the calls into `source`, whose places are numbered from `first` on. The functions whose
/// numbers are in `except` are left as they are.
///
/// # Errors
///
/// When `source` is not Rust.
pub fn instrument(
    source: &str,
    first: usize,
    except: &BTreeSet<usize>,
) -> Result<Instrumented, syn::Error> {
    instrument_in(source, first, except, &BTreeSet::new())
}

/// [`instrument`], of a file in a crate that has `macros` of its own.
pub(crate) fn instrument_in(
    source: &str,
    first: usize,
    except: &BTreeSet<usize>,
    macros: &BTreeSet<String>,
) -> Result<Instrumented, syn::Error> {
    // What the parser takes off before it counts.
    let mut body = source.strip_prefix(MARK).unwrap_or(source);
    if body.starts_with("#!") && !body.trim_start_matches("#!").trim_start().starts_with('[') {
        body = body.find('\n').map_or("", |end| &body[end..]);
    }
    let file: syn::File = syn::parse_str(body)?;
    let mut imports = names::imports(&file);
    imports.extend(macros.iter().map(|name| names::own(name)));
    let mut writer = Writer {
        source,
        offset: source.len() - body.len(),
        first,
        except,
        imports,
        macros: self::macros::plain(&file),
        places: Vec::new(),
        insertions: Vec::new(),
        functions: 0,
        driven: None,
        inside: Vec::new(),
    };
    writer.visit_file(&file);
    let Writer {
        places,
        mut insertions,
        ..
    } = writer;
    // Stable: what is inserted at one byte stays in the order in which it was meant.
    insertions.sort_by_key(|insertion| insertion.at);
    let mut text = String::with_capacity(source.len() * 2);
    let mut done = 0;
    for insertion in &insertions {
        text.push_str(&source[done..insertion.at]);
        text.push_str(&insertion.text);
        done = insertion.at;
    }
    text.push_str(&source[done..]);
    Ok(Instrumented {
        text,
        places,
        insertions,
    })
}

/// The names of the macros that a file makes: its crate's other files may use them too.
pub(crate) fn macros(source: &str) -> Vec<String> {
    syn::parse_file(source).map_or_else(|_| Vec::new(), |file| names::macros(&file))
}

struct Writer<'a> {
    source: &'a str,
    /// Where the parsed text begins in the source.
    offset: usize,
    first: usize,
    except: &'a BTreeSet<usize>,
    imports: Vec<(String, String)>,
    /// The file's own macros that evaluate their arguments and do nothing else with them.
    macros: BTreeSet<String>,
    places: Vec<Place>,
    insertions: Vec<Insertion>,
    functions: usize,
    /// What the function that is visited next returns, if a macro gives its body to `block_on`.
    driven: Option<String>,
    /// The functions that the visit is in, outermost first.
    inside: Vec<Function>,
}

#[derive(Clone)]
struct Function {
    number: usize,
    name: String,
    /// Whether anything may be inserted.
    open: bool,
}

impl Writer<'_> {
    fn range(&self, span: Span) -> Range<usize> {
        let range = span.byte_range();
        range.start + self.offset..range.end + self.offset
    }

    fn insert(&mut self, at: usize, text: impl Into<String>) {
        if let Some(function) = self.inside.last().filter(|function| function.open) {
            self.insertions.push(Insertion {
                at,
                text: text.into(),
                function: function.number,
                name: function.name.clone(),
            });
        }
    }

    /// Whether the visit is in code that calls may be inserted into.
    fn open(&self) -> bool {
        self.inside.last().is_some_and(|function| function.open)
    }

    fn site(&mut self, kind: SiteKind, range: Range<usize>) -> usize {
        let text = self.source[range.clone()].trim_end();
        let first = text.lines().next().unwrap_or_default().trim_end();
        let (line, column) = position(self.source, range.start);
        let (end_line, end_column) = position(self.source, range.start + text.len());
        self.places.push(Place {
            kind,
            function: self
                .inside
                .last()
                .map_or_else(String::new, |function| function.name.clone()),
            at: [line, column, end_line, end_column],
            text: first.to_owned(),
            argument: None,
            any: None,
            first: None,
        });
        self.first + self.places.len() - 1
    }

    /// The branch at `site` is polled in random order with the one at `first`.
    fn any_order(&mut self, site: usize, first: usize) {
        if let Some(place) = self.places.get_mut(site - self.first) {
            place.any = Some(first);
        }
    }

    /// The branch at `site` is of the macro whose branches so far are `own`. Where that cannot be seen
    /// from what stands before it, it says which is the first.
    fn of_macro(&mut self, site: usize, own: &[usize]) {
        let Some(first) = own.first() else { return };
        let mut between = *first..site;
        let is_behind_another = between.any(|between| {
            let place = &self.places[between - self.first];
            place.kind == SiteKind::Branch && !own.contains(&between)
        });
        if is_behind_another {
            self.places[site - self.first].first = Some(*first);
        }
    }

    /// A function begins: what is visited now is in it.
    fn begin(&mut self, name: String, open: bool) -> bool {
        let number = self.functions;
        self.functions += 1;
        let open = open && !self.except.contains(&number);
        self.inside.push(Function { number, name, open });
        open
    }

    /// What tells of a call, at the beginning of a function's body.
    fn frame(&mut self, head: Range<usize>, inputs: Vec<String>, is_async: bool) -> String {
        let site = self.site(SiteKind::Fn, head);
        let mut arguments = String::new();
        for name in inputs {
            let _ = write!(arguments, "({name:?}, {LINKED}::show!({name})), ");
        }
        // A number of its own, because a macro may put an `.await` into a block that would take
        // the frame with it.
        let call = if is_async {
            " let __call = __frame.id();"
        } else {
            ""
        };
        format!(
            " let __frame = {LINKED}::enter({site}, &[{}]);{call}",
            arguments.trim_end_matches(", ")
        )
    }

    /// A function's body: `name` and where its signature stands; its parameters.
    fn function(
        &mut self,
        name: String,
        head: Range<usize>,
        inputs: Vec<String>,
        body: &Block,
        (open, is_async): (bool, bool),
    ) {
        let open = self.begin(name, open);
        // Set by whoever visits a function whose body a macro gives to `block_on`.
        let driven = self.driven.take();
        if let Some(returns) = &driven {
            let at = self.range(body.brace_token.span.open()).end;
            self.insert(
                at,
                format!(" {LINKED}::driven_body::<{returns}, _>(async {{"),
            );
        }
        if open {
            let frame = self.frame(head, inputs, is_async);
            let at = self.range(body.brace_token.span.open()).end;
            self.insert(at, frame);
        }
        self.visit_block(body);
        if driven.is_some() {
            // Behind the last statement: that is where the macro says that `block_on` is called.
            let close = body.brace_token.span.close();
            let at = match body.stmts.last() {
                Some(last) => self.range(last.span()).end,
                None => self.range(close).start,
            };
            self.insert(at, " }).await");
        }
        self.inside.pop();
    }

    /// What a macro on an async function makes of it: `#[tokio::main]` gives its body to
    /// `block_on`. The type that it returns, if it is one that can be written twice.
    fn driven(&self, item: &syn::ItemFn) -> Option<String> {
        item.sig.asyncness.as_ref()?;
        let runs = |attribute: &syn::Attribute| {
            let name = attribute.path().segments.last();
            name.is_some_and(|name| name.ident == "main" || name.ident == "test")
        };
        if !item.attrs.iter().any(runs) {
            return None;
        }
        match &item.sig.output {
            syn::ReturnType::Default => Some("()".to_owned()),
            syn::ReturnType::Type(_, returns) => {
                let returns = &self.source[self.range(returns.span())];
                (!returns.contains("impl ")).then(|| returns.to_owned())
            }
        }
    }

    /// A piece of code that must stay as it is, and what is inside it.
    fn closed(&mut self, visit: impl FnOnce(&mut Self)) {
        self.inside.push(Function {
            number: usize::MAX,
            name: String::new(),
            open: false,
        });
        visit(self);
        self.inside.pop();
    }
}

/// What a file may begin with, and what nobody counts as one of its characters.
const MARK: char = '\u{feff}';

/// The line and column of a byte, from 1, in characters.
pub(crate) fn position(source: &str, byte: usize) -> (usize, usize) {
    let before = source[..byte].trim_start_matches(MARK);
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count() + 1;
    (line, before[start..].chars().count() + 1)
}

/// The byte at a line and column, from 1, in characters.
pub(crate) fn byte(source: &str, line: usize, column: usize) -> Option<usize> {
    let start = match line.checked_sub(1)? {
        0 => source.len() - source.trim_start_matches(MARK).len(),
        lines => source.match_indices('\n').nth(lines - 1)?.0 + 1,
    };
    let mut characters = source[start..].char_indices().map(|(at, _)| start + at);
    characters.nth(column.checked_sub(1)?)
}
