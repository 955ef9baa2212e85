//! Code among a macro's arguments: of the macros whose grammar is known.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use recording::SiteKind;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::Visit;
use syn::{Block, Expr, Pat, Stmt, Token, token};

use super::names::{is_place, resolved};
use super::{LINKED, Writer};

/// Macros that evaluate their arguments, and whose text the program does not get to see.
const PLAIN: [&str; 19] = [
    "print",
    "println",
    "eprint",
    "eprintln",
    "format",
    "format_args",
    "write",
    "writeln",
    "panic",
    "todo",
    "unimplemented",
    "unreachable",
    "assert_eq",
    "assert_ne",
    "debug_assert_eq",
    "debug_assert_ne",
    "vec",
    "pin",
    "matches",
];

/// Whether the macros of a library are those that are known here.
fn is_known(library: &str) -> bool {
    let first = library.trim_start_matches("::").split("::").next();
    first.is_some_and(|first| ["std", "core", "alloc", "tokio"].contains(&first))
}

impl Writer<'_> {
    /// Visits what stands among the arguments of a macro, if it is known what that is.
    pub(super) fn known_macro(&mut self, makro: &syn::Macro) {
        let path = resolved(&makro.path, &self.imports);
        let (library, name) = path.rsplit_once("::").unwrap_or(("", &path));
        let own = makro.path.segments.len() == 1 && self.macros.contains(name);
        let of_futures = library.starts_with("futures");
        match name {
            _ if own => self.arguments_of(makro),
            // Somebody else's, whatever it is called.
            _ if !(library.is_empty() || of_futures || is_known(library)) => {}
            "select" | "select_biased" if of_futures => self.select(makro, false),
            "select" if library.is_empty() || library == "tokio" => self.select(makro, true),
            "join" | "try_join" if library.is_empty() || library == "tokio" || of_futures => {
                self.join(makro);
            }
            "print" | "println" | "eprint" | "eprintln" if makro.path.segments.len() == 1 => {
                self.print(makro);
            }
            // Without a message of its own it prints its argument's text.
            "assert" | "debug_assert" => {
                let arguments = makro.parse_body_with(Arguments::parse_terminated);
                if arguments.is_ok_and(|arguments| arguments.len() > 1) {
                    self.arguments_of(makro);
                }
            }
            _ if PLAIN.contains(&name) => self.arguments_of(makro),
            _ => {}
        }
    }

    /// One of the print macros, which is shadowed.
    fn print(&mut self, makro: &syn::Macro) {
        let start = self.range(makro.path.span()).start;
        let last = self.range(makro.delimiter.span().close()).end;
        let site = self.site(SiteKind::Print, start..last);
        self.insert(start, format!("{LINKED}::"));
        let open = self.range(makro.delimiter.span().open()).end;
        self.insert(open, format!("{site}, "));
        self.arguments_of(makro);
    }

    fn arguments_of(&mut self, makro: &syn::Macro) {
        let arguments = makro
            .parse_body_with(Arguments::parse_terminated)
            .map(|arguments| arguments.into_iter().map(|Argument(it)| it).collect());
        // `pin!` takes `let` too; what `matches!` compares with is a pattern.
        let arguments: syn::Result<Vec<Expr>> = arguments
            .or_else(|_| makro.parse_body_with(Block::parse_within).map(lets))
            .or_else(|_| makro.parse_body_with(first));
        for argument in arguments.into_iter().flatten() {
            self.visit_expr(&argument);
        }
    }

    fn join(&mut self, makro: &syn::Macro) {
        let parser = |input: ParseStream<'_>| {
            biased(input)?;
            Punctuated::<Expr, Token![,]>::parse_terminated(input)
        };
        if let Ok(futures) = makro.parse_body_with(parser) {
            for future in &futures {
                self.branch(future);
            }
        }
    }

    /// A `select!`; `wraps` says whether it takes any future in its branches.
    fn select(&mut self, makro: &syn::Macro, wraps: bool) {
        let Ok(Select { biased, branches }) = makro.parse_body_with(Select::parse) else {
            return;
        };
        let mut own = Vec::new();
        for branch in &branches {
            match &branch.future {
                Some(future) if wraps => {
                    let site = self.branch(future);
                    if biased {
                        self.of_macro(site, &own);
                    } else {
                        self.any_order(site, *own.first().unwrap_or(&site));
                    }
                    own.push(site);
                }
                Some(future) => self.visit_expr(future),
                None => {}
            }
            if let Some(condition) = &branch.condition {
                self.visit_expr(condition);
            }
            if let Expr::Block(handler) = &branch.handler {
                self.visit_block(&handler.block);
                continue;
            }
            let range = self.range(branch.handler.span());
            let site = self.site(SiteKind::Stmt, range.clone());
            let around = (format!("{{ {LINKED}::line({site}); "), " }");
            self.within(range, around, |writer| writer.visit_expr(&branch.handler));
        }
    }

    /// A future that is polled beside others.
    fn branch(&mut self, future: &Expr) -> usize {
        let range = self.range(future.span());
        let site = self.site(SiteKind::Branch, range.clone());
        let around = match future {
            // What is made here to be borrowed has to live on.
            Expr::Reference(reference) if !is_place(&reference.expr) => (
                format!("{LINKED}::Branch {{ call: __call, site: {site}, future: "),
                " }",
            ),
            _ => (format!("{LINKED}::branch!(__call, {site}, "), ")"),
        };
        self.within(range, around, |writer| writer.visit_expr(future));
        site
    }
}

type Arguments = Punctuated<Argument, Token![,]>;

/// A macro's argument: an expression, or `name = expression`.
struct Argument(Expr);

impl Parse for Argument {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(syn::Ident) && input.peek2(Token![=]) && !input.peek2(Token![==]) {
            input.parse::<syn::Ident>()?;
            input.parse::<Token![=]>()?;
        }
        input.parse().map(Argument)
    }
}

/// What the variables of `let` statements are set to.
fn lets(statements: Vec<Stmt>) -> Vec<Expr> {
    let values = statements
        .into_iter()
        .filter_map(|statement| match statement {
            Stmt::Local(local) => local.init.map(|init| *init.expr),
            _ => None,
        });
    values.collect()
}

/// The first argument, whatever follows it.
fn first(input: ParseStream<'_>) -> syn::Result<Vec<Expr>> {
    let first = input.parse::<Expr>()?;
    input.parse::<Token![,]>()?;
    input.parse::<TokenStream>()?;
    Ok(vec![first])
}

/// Takes the `biased;` that a macro may begin with; whether it is there.
fn biased(input: ParseStream<'_>) -> syn::Result<bool> {
    let biased = input.peek(syn::Ident) && input.peek2(Token![;]);
    if biased {
        input.parse::<syn::Ident>()?;
        input.parse::<Token![;]>()?;
    }
    Ok(biased)
}

struct Select {
    biased: bool,
    branches: Vec<SelectBranch>,
}

/// `pattern = future[, if condition] => handler`; `else => handler` has only that.
struct SelectBranch {
    future: Option<Expr>,
    condition: Option<Expr>,
    handler: Expr,
}

impl Parse for Select {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let biased = biased(input)?;
        let mut branches = Vec::new();
        while !input.is_empty() {
            branches.push(input.parse()?);
        }
        Ok(Select { biased, branches })
    }
}

impl Parse for SelectBranch {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let (mut future, mut condition) = (None, None);
        if input.peek(Token![else]) {
            input.parse::<Token![else]>()?;
        } else if input.peek(syn::Ident) && input.peek2(Token![=>]) {
            // `complete` and `default`, of the `futures` crate's.
            input.parse::<syn::Ident>()?;
        } else {
            Pat::parse_multi_with_leading_vert(input)?;
            input.parse::<Token![=]>()?;
            future = Some(input.parse()?);
            if input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
                input.parse::<Token![if]>()?;
                condition = Some(input.parse()?);
            }
        }
        input.parse::<Token![=>]>()?;
        let handler = if input.peek(token::Brace) {
            Expr::Block(syn::ExprBlock {
                attrs: Vec::new(),
                label: None,
                block: input.parse()?,
            })
        } else {
            input.parse()?
        };
        if input.peek(Token![,]) {
            input.parse::<Token![,]>()?;
        }
        Ok(SelectBranch {
            future,
            condition,
            handler,
        })
    }
}

/// The names of a file's own macros that take expressions, separated by commas, and only evaluate
/// them.
pub(super) fn plain(file: &syn::File) -> BTreeSet<String> {
    struct Macros(BTreeSet<String>);
    impl<'ast> Visit<'ast> for Macros {
        fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
            if let Some(name) = &item.ident
                && rules
                    .parse2(item.mac.tokens.clone())
                    .is_ok_and(|rules| rules.iter().all(evaluates))
            {
                self.0.insert(name.to_string());
            }
        }
    }
    let mut macros = Macros(BTreeSet::new());
    macros.visit_file(file);
    macros.0
}

/// The rules of a macro: what is matched, and what it is replaced by.
fn rules(input: ParseStream<'_>) -> syn::Result<Vec<(TokenStream, TokenStream)>> {
    let group = |input: ParseStream<'_>| match input.parse::<TokenTree>()? {
        TokenTree::Group(group) => Ok(group.stream()),
        other => Err(syn::Error::new(other.span(), "no rule")),
    };
    let mut rules = Vec::new();
    while !input.is_empty() {
        let matched = group(input)?;
        input.parse::<Token![=>]>()?;
        rules.push((matched, group(input)?));
        if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
        }
    }
    Ok(rules)
}

fn evaluates((matched, replaced_by): &(TokenStream, TokenStream)) -> bool {
    takes_expressions(matched) && shows_no_text(replaced_by)
}

/// `$a:expr, $b:expr`, `$($rest:expr),*`.
fn takes_expressions(matched: &TokenStream) -> bool {
    let mut tokens = matched.clone().into_iter().peekable();
    while let Some(token) = tokens.next() {
        let fine = match &token {
            TokenTree::Punct(punct) if punct.as_char() == '$' => match tokens.next() {
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis => {
                    let inner = takes_expressions(&group.stream());
                    tokens.next_if(
                        |next| matches!(next, TokenTree::Punct(it) if it.as_char() == ','),
                    );
                    tokens.next();
                    inner
                }
                Some(TokenTree::Ident(_)) => {
                    tokens.next();
                    matches!(tokens.next(), Some(TokenTree::Ident(it)) if it == "expr" || it == "literal")
                }
                _ => false,
            },
            TokenTree::Punct(punct) => punct.as_char() == ',',
            _ => false,
        };
        if !fine {
            return false;
        }
    }
    true
}

/// Whether it gives nothing to a macro that might do more than evaluate it.
fn shows_no_text(replaced_by: &TokenStream) -> bool {
    let mut called = None;
    for token in replaced_by.clone() {
        match &token {
            TokenTree::Group(group) if !shows_no_text(&group.stream()) => return false,
            TokenTree::Punct(punct)
                if punct.as_char() == '!'
                    && called
                        .take()
                        .is_some_and(|name: String| !PLAIN.contains(&&*name)) =>
            {
                return false;
            }
            _ => {}
        }
        called = match token {
            TokenTree::Ident(name) => Some(name.to_string()),
            _ => None,
        };
    }
    true
}
