//! Source text in, source text out: the calls that tell what a program does, inserted on the lines
//! where it does it. Every line keeps its number.
//!
//! A pure function. What it does not understand it leaves alone: code inside macros that it does
//! not know, `const` code, macro definitions.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::ops::Range;

use proc_macro2::Span;
use recording::SiteKind;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Block, Expr, Pat, Stmt, Token};

use crate::concurrent::{Joined, Selected};

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
    // What the parser takes off before it counts.
    let mut body = source.strip_prefix('\u{feff}').unwrap_or(source);
    if body.starts_with("#!") && !body.trim_start_matches("#!").trim_start().starts_with('[') {
        body = body.find('\n').map_or("", |end| &body[end..]);
    }
    let file: syn::File = syn::parse_str(body)?;
    let mut writer = Writer {
        source,
        offset: source.len() - body.len(),
        first,
        except,
        imports: imports(&file),
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

/// The names that a file imports, with the path behind each.
fn imports(file: &syn::File) -> Vec<(String, String)> {
    fn walk(tree: &syn::UseTree, path: &str, found: &mut Vec<(String, String)>) {
        match tree {
            syn::UseTree::Path(next) => walk(&next.tree, &format!("{path}{}::", next.ident), found),
            syn::UseTree::Name(name) => {
                found.push((name.ident.to_string(), format!("{path}{}", name.ident)));
            }
            syn::UseTree::Rename(name) => {
                found.push((name.rename.to_string(), format!("{path}{}", name.ident)));
            }
            syn::UseTree::Group(group) => {
                group.items.iter().for_each(|tree| walk(tree, path, found));
            }
            syn::UseTree::Glob(_) => {}
        }
    }
    let mut found = Vec::new();
    for item in &file.items {
        if let syn::Item::Use(item) = item {
            walk(&item.tree, "", &mut found);
        }
    }
    found
}

struct Writer<'a> {
    source: &'a str,
    /// Where the parsed text begins in the source.
    offset: usize,
    first: usize,
    except: &'a BTreeSet<usize>,
    imports: Vec<(String, String)>,
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
        });
        self.first + self.places.len() - 1
    }

    /// A function's body: `name` and where its signature stands; its parameters.
    fn function(
        &mut self,
        name: String,
        head: Range<usize>,
        inputs: Vec<String>,
        body: &Block,
        open: bool,
    ) {
        let number = self.functions;
        self.functions += 1;
        let open = open && !self.except.contains(&number);
        self.inside.push(Function { number, name, open });
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
            let site = self.site(SiteKind::Fn, head);
            let mut arguments = String::new();
            for name in inputs {
                let _ = write!(arguments, "({name:?}, {LINKED}::show!({name})), ");
            }
            let at = self.range(body.brace_token.span.open()).end;
            self.insert(
                at,
                format!(
                    " let __frame = {LINKED}::enter({site}, &[{}]);",
                    arguments.trim_end_matches(", ")
                ),
            );
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

    /// Wraps the future that is given to a `block_on`: its last argument.
    fn arguments_of_block_on(&mut self, arguments: &Punctuated<Expr, Token![,]>) {
        for (index, argument) in arguments.iter().enumerate() {
            let range = self.range(argument.span());
            let last = index + 1 == arguments.len();
            if last {
                self.insert(range.start, format!("{LINKED}::driven("));
            }
            self.visit_expr(argument);
            if last {
                self.insert(range.end, ")");
            }
        }
    }

    /// A macro that polls several futures side by side.
    fn concurrent(&mut self, name: &str, makro: &syn::Macro) {
        if name == "select" {
            let Ok(Selected(branches)) = makro.parse_body() else {
                return;
            };
            for branch in &branches {
                if let Some(future) = &branch.future {
                    self.branch(future);
                }
                if let Some(condition) = &branch.condition {
                    self.visit_expr(condition);
                }
                self.handler(&branch.handler);
            }
            return;
        }
        let Ok(Joined(futures)) = makro.parse_body() else {
            return;
        };
        let close = self.range(makro.delimiter.span().close()).end;
        // An error ends a `try_join!` while its other futures wait, and the call goes on. What has
        // braces may be a statement, which takes nothing around it.
        let early = name == "try_join" && !matches!(makro.delimiter, syn::MacroDelimiter::Brace(_));
        if early {
            let start = self.range(makro.path.span()).start;
            self.insert(start, format!("{LINKED}::go_on(__frame.id(), "));
        }
        for future in &futures {
            self.branch(future);
        }
        if early {
            self.insert(close, ")");
        }
    }

    /// A future that is polled beside others.
    fn branch(&mut self, future: &Expr) {
        let range = self.range(future.span());
        let site = self.site(SiteKind::Branch, range.clone());
        self.insert(
            range.start,
            format!("{LINKED}::branch(__frame.id(), {site}, {LINKED}::joined!("),
        );
        self.visit_expr(future);
        self.insert(range.end, "))");
    }

    /// What a `select!` does when one of its futures is ready: those that still wait are dropped,
    /// and the call goes on.
    fn handler(&mut self, handler: &Expr) {
        let go_on = format!("{LINKED}::go_on(__frame.id(), ());");
        if let Expr::Block(block) = handler {
            let open = self.range(block.block.brace_token.span.open()).end;
            self.insert(open, format!(" {go_on}"));
            self.visit_expr(handler);
            return;
        }
        let range = self.range(handler.span());
        let end = head(handler).map(|span| self.range(span).start);
        let site = self.site(SiteKind::Stmt, range.start..end.unwrap_or(range.end));
        self.insert(range.start, format!("{{ {go_on} {LINKED}::line({site}); "));
        self.visit_expr(handler);
        self.insert(range.end, " }");
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

    /// The path of a called function, with what the file imports filled in.
    fn called(&self, function: &Expr) -> Option<String> {
        let Expr::Path(path) = function else {
            return None;
        };
        let names: Vec<String> = path
            .path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let (first, rest) = names.split_first()?;
        let mut full = self
            .imports
            .iter()
            .find(|(name, _)| name == first)
            .map_or_else(|| first.clone(), |(_, full)| full.clone());
        for name in rest {
            full.push_str("::");
            full.push_str(name);
        }
        Some(full)
    }
}

/// The line and column of a byte, from 1, in characters.
pub(crate) fn position(source: &str, byte: usize) -> (usize, usize) {
    let before = &source[..byte];
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count() + 1;
    (line, before[start..].chars().count() + 1)
}

/// The byte at a line and column, from 1, in characters.
pub(crate) fn byte(source: &str, line: usize, column: usize) -> Option<usize> {
    let start = match line.checked_sub(1)? {
        0 => 0,
        lines => source.match_indices('\n').nth(lines - 1)?.0 + 1,
    };
    let mut characters = source[start..].char_indices().map(|(at, _)| start + at);
    characters.nth(column.checked_sub(1)?)
}

fn parameters(signature: &syn::Signature) -> Vec<String> {
    let mut names = Vec::new();
    for input in &signature.inputs {
        if let syn::FnArg::Typed(input) = input {
            bound(&input.pat, &mut names);
        }
    }
    names
}

/// The variables that a pattern makes.
fn bound(pattern: &Pat, names: &mut Vec<String>) {
    struct Names<'a>(&'a mut Vec<String>);
    impl<'ast> Visit<'ast> for Names<'_> {
        fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
            let name = pattern.ident.to_string();
            // A capital is a constant or a variant, not a variable.
            if !name.starts_with(char::is_uppercase) {
                self.0.push(name);
            }
            visit::visit_pat_ident(self, pattern);
        }
    }
    Names(names).visit_pat(pattern);
}

/// Where a statement's own part ends and its body begins.
fn head(expression: &Expr) -> Option<Span> {
    let body = match expression {
        Expr::ForLoop(expression) => &expression.body,
        Expr::While(expression) => &expression.body,
        Expr::Loop(expression) => &expression.body,
        Expr::If(expression) => &expression.then_branch,
        Expr::Unsafe(expression) => &expression.block,
        Expr::Block(expression) => &expression.block,
        Expr::Match(expression) => return Some(expression.brace_token.span.open()),
        _ => return None,
    };
    Some(body.brace_token.span.open())
}

impl<'ast> Visit<'ast> for Writer<'_> {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        let signature = &item.sig;
        let open = signature.constness.is_none();
        let range = self.range(signature.span());
        self.driven = self.driven(item);
        self.function(
            signature.ident.to_string(),
            range,
            parameters(signature),
            &item.block,
            open,
        );
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        let of = self.range(item.self_ty.span());
        let of = self.source[of]
            .split('<')
            .next()
            .unwrap_or_default()
            .to_owned();
        for item in &item.items {
            if let syn::ImplItem::Fn(item) = item {
                let signature = &item.sig;
                let range = self.range(signature.span());
                let name = format!("{of}::{}", signature.ident);
                let open = signature.constness.is_none();
                self.function(name, range, parameters(signature), &item.block, open);
            }
        }
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(body) = &item.default {
            let signature = &item.sig;
            let range = self.range(signature.span());
            self.function(
                signature.ident.to_string(),
                range,
                parameters(signature),
                body,
                true,
            );
        }
    }

    fn visit_item_const(&mut self, _: &'ast syn::ItemConst) {}

    fn visit_item_static(&mut self, _: &'ast syn::ItemStatic) {}

    fn visit_impl_item_const(&mut self, _: &'ast syn::ImplItemConst) {}

    fn visit_expr_const(&mut self, _: &'ast syn::ExprConst) {}

    fn visit_type(&mut self, _: &'ast syn::Type) {}

    fn visit_expr_repeat(&mut self, expression: &'ast syn::ExprRepeat) {
        // Its length is `const`.
        self.visit_expr(&expression.expr);
    }

    fn visit_pat(&mut self, _: &'ast Pat) {}

    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_expr_async(&mut self, expression: &'ast syn::ExprAsync) {
        let range = self.range(expression.span());
        let brace = self.range(expression.block.brace_token.span.open());
        let open = self.open();
        self.function(
            "async block".to_owned(),
            range.start..brace.start,
            Vec::new(),
            &expression.block,
            open,
        );
    }

    fn visit_expr_closure(&mut self, expression: &'ast syn::ExprClosure) {
        if expression.constness.is_some() || expression.asyncness.is_some() {
            // An async closure's body is a function of its own, whose frame has no place to stand.
            self.closed(|writer| visit::visit_expr(writer, &expression.body));
        } else {
            self.visit_expr(&expression.body);
        }
    }

    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        if matches!(statement, Stmt::Item(_)) || !self.open() {
            visit::visit_stmt(self, statement);
            return;
        }
        let range = self.range(statement.span());
        let end = match statement {
            Stmt::Expr(expression, _) => head(expression).map(|span| self.range(span).start),
            _ => None,
        };
        // A block alone says nothing that its first statement does not.
        let bare = matches!(statement, Stmt::Expr(Expr::Block(block), _) if block.label.is_none());
        let site = if bare {
            None
        } else {
            let site = self.site(SiteKind::Stmt, range.start..end.unwrap_or(range.end));
            self.insert(range.start, format!("{LINKED}::line({site}); "));
            Some(site)
        };
        visit::visit_stmt(self, statement);
        if let (Stmt::Local(local), Some(site)) = (statement, site) {
            // No two runs measure the same time, and none means anything by it.
            let text = &self.source[range.clone()];
            let measured = text.contains(".elapsed()") || text.contains(".duration_since(");
            if local.init.is_some() && !measured {
                let mut names = Vec::new();
                bound(&local.pat, &mut names);
                for name in names {
                    self.insert(
                        range.end,
                        format!(" {LINKED}::value({site}, {name:?}, {LINKED}::show!({name}));"),
                    );
                }
            }
        }
    }

    fn visit_expr_await(&mut self, expression: &'ast syn::ExprAwait) {
        if !self.open() {
            return visit::visit_expr_await(self, expression);
        }
        let range = self.range(expression.span());
        let base = self.range(expression.base.span());
        let site = self.site(SiteKind::Await, range);
        self.insert(
            base.start,
            format!("{LINKED}::await_(__frame.id(), {site}, {LINKED}::joined!("),
        );
        self.visit_expr(&expression.base);
        self.insert(base.end, "))");
    }

    fn visit_expr_call(&mut self, expression: &'ast syn::ExprCall) {
        let called = self.called(&expression.func).unwrap_or_default();
        if !self.open() || called.is_empty() {
            return visit::visit_expr_call(self, expression);
        }
        let range = self.range(expression.span());
        let first = expression
            .args
            .first()
            .map(|argument| self.range(argument.span()));
        let last = called.rsplit("::").next().unwrap_or_default();
        match (&*called, first) {
            ("std::thread::sleep", Some(argument)) => {
                let site = self.site(SiteKind::Block, range.clone());
                self.insert(range.start, format!("{LINKED}::unblock({site}, "));
                self.insert(argument.start, format!("{LINKED}::block({site}, "));
                visit::visit_expr_call(self, expression);
                self.insert(argument.end, ")");
                self.insert(range.end, ")");
            }
            ("tokio::time::sleep" | "tokio::time::timeout", Some(argument)) => {
                self.insert(argument.start, format!("{LINKED}::asked("));
                for (index, argument) in expression.args.iter().enumerate() {
                    self.visit_expr(argument);
                    if index == 0 {
                        let end = self.range(argument.span()).end;
                        self.insert(end, ")");
                    }
                }
            }
            (_, argument) if last.starts_with("spawn") || last == "block_on" => {
                self.site(SiteKind::Spawn, range);
                if let Some(place) = self.places.last_mut() {
                    place.argument = argument.map(|range| self.source[range].to_owned());
                }
                if last == "block_on" {
                    self.arguments_of_block_on(&expression.args);
                } else {
                    visit::visit_expr_call(self, expression);
                }
            }
            _ => visit::visit_expr_call(self, expression),
        }
    }

    fn visit_expr_method_call(&mut self, expression: &'ast syn::ExprMethodCall) {
        let name = expression.method.to_string();
        if self.open() && (name.starts_with("spawn") || name == "block_on") {
            self.visit_expr(&expression.receiver);
            let start = self.range(expression.method.span()).start;
            let end = self.range(expression.span()).end;
            let argument = expression
                .args
                .first()
                .map(|argument| self.range(argument.span()));
            self.site(SiteKind::Spawn, start..end);
            if let Some(place) = self.places.last_mut() {
                place.argument = argument.map(|range| self.source[range].to_owned());
            }
            if name == "block_on" {
                self.arguments_of_block_on(&expression.args);
            } else {
                for argument in &expression.args {
                    self.visit_expr(argument);
                }
            }
        } else {
            visit::visit_expr_method_call(self, expression);
        }
    }

    fn visit_macro(&mut self, makro: &'ast syn::Macro) {
        let names: Vec<String> = makro
            .path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let name = match &names[..] {
            [name] => &**name,
            [library, name] if library == "std" || library == "tokio" => &**name,
            _ => return,
        };
        if !self.open() {
            return;
        }
        if ["join", "try_join", "select"].contains(&name) {
            let imported = self.imports.iter().find(|(known, _)| known == name);
            let others = imported.is_some_and(|(_, path)| !path.starts_with("tokio::"));
            // Another library's macro of that name takes other futures.
            if names.len() == 2 || !others {
                self.concurrent(name, makro);
            }
            return;
        }
        // `std::println!` has a path of its own, which would have to be taken away.
        let printing =
            names.len() == 1 && ["print", "println", "eprint", "eprintln"].contains(&name);
        if printing {
            let start = self.range(makro.path.span()).start;
            let last = self.range(makro.delimiter.span().close()).end;
            let site = self.site(SiteKind::Print, start..last);
            self.insert(start, format!("{LINKED}::"));
            let open = self.range(makro.delimiter.span().open()).end;
            self.insert(open, format!("{site}, "));
        } else if ![
            "print",
            "println",
            "eprint",
            "eprintln",
            "format",
            "write",
            "writeln",
            "panic",
            "assert",
            "assert_eq",
            "assert_ne",
            "vec",
        ]
        .contains(&name)
        {
            return;
        }
        type Arguments = Punctuated<Argument, Token![,]>;
        if let Ok(arguments) = makro.parse_body_with(Arguments::parse_terminated) {
            for Argument(argument) in &arguments {
                self.visit_expr(argument);
            }
        }
    }
}

/// A macro's argument: an expression, or `name = expression`.
struct Argument(Expr);

impl syn::parse::Parse for Argument {
    fn parse(input: syn::parse::ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(syn::Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
            input.parse::<syn::Ident>()?;
            input.parse::<Token![=]>()?;
        }
        input.parse().map(Argument)
    }
}
