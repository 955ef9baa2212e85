//! The source, from its outside in.

use std::ops::Range;

use proc_macro2::Span;
use recording::SiteKind;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Expr, Pat, Stmt, Token};

use super::names::{bound, is_place, parameters, resolved};
use super::{LINKED, Writer};

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
        Expr::Macro(expression) => return head_of_macro(&expression.mac),
        _ => return None,
    };
    Some(body.brace_token.span.open())
}

/// Of a `select!`, whose branches have bodies.
fn head_of_macro(makro: &syn::Macro) -> Option<Span> {
    let name = makro.path.segments.last()?;
    (name.ident == "select").then(|| makro.delimiter.span().open())
}

impl Writer<'_> {
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

    /// A piece of code between two insertions.
    pub(super) fn within(
        &mut self,
        range: Range<usize>,
        (before, after): (String, &str),
        visit: impl FnOnce(&mut Self),
    ) {
        self.insert(range.start, before);
        visit(self);
        self.insert(range.end, after);
    }

    /// The arguments of a call, the one at `index` between two insertions.
    fn arguments(
        &mut self,
        arguments: &Punctuated<Expr, Token![,]>,
        index: usize,
        (before, after): (String, &str),
    ) {
        for (at, argument) in arguments.iter().enumerate() {
            let range = self.range(argument.span());
            if at == index {
                self.within(range, (before.clone(), after), |writer| {
                    writer.visit_expr(argument);
                });
            } else {
                self.visit_expr(argument);
            }
        }
    }

    /// A call that spawns: a site of its own, which holds the text of what is spawned.
    fn spawn_site(&mut self, range: Range<usize>, argument: Option<&Expr>) -> usize {
        let site = self.site(SiteKind::Spawn, range);
        let argument = argument.map(|argument| self.source[self.range(argument.span())].to_owned());
        if let Some(place) = self.places.last_mut() {
            place.argument = argument;
        }
        site
    }

    /// A call that holds the thread: `before` stands before its first argument.
    fn block(&mut self, expression: &syn::ExprCall, before: &str) {
        let range = self.range(expression.span());
        let site = self.site(SiteKind::Block, range.clone());
        let around = (format!("{LINKED}::unblock({site}, "), ")");
        self.within(range, around, |writer| {
            let around = (format!("{LINKED}::{before}({site}, "), ")");
            writer.arguments(&expression.args, 0, around);
        });
    }

    /// An async closure's body is a function.
    fn async_closure(&mut self, expression: &syn::ExprClosure) {
        let name = "async closure".to_owned();
        let head = self.range(expression.span()).start..self.range(expression.body.span()).start;
        let mut inputs = Vec::new();
        for input in &expression.inputs {
            bound(input, &mut inputs);
        }
        let open = self.open();
        if let Expr::Block(body) = &*expression.body {
            self.function(name, head, inputs, &body.block, (open, true));
            return;
        }
        let open = self.begin(name, open);
        let range = self.range(expression.body.span());
        if open {
            let frame = self.frame(head, inputs, true);
            self.within(range, (format!("{{{frame} "), " }"), |writer| {
                writer.visit_expr(&expression.body);
            });
        } else {
            self.visit_expr(&expression.body);
        }
        self.inside.pop();
    }
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
            (open, signature.asyncness.is_some()),
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
                let open = (open, signature.asyncness.is_some());
                self.function(name, range, parameters(signature), &item.block, open);
            }
        }
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        for inner in &item.items {
            if let syn::TraitItem::Fn(function) = inner
                && let Some(body) = &function.default
            {
                let signature = &function.sig;
                let range = self.range(signature.span());
                let name = format!("{}::{}", item.ident, signature.ident);
                let kind = (true, signature.asyncness.is_some());
                self.function(name, range, parameters(signature), body, kind);
            }
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
            (open, true),
        );
    }

    fn visit_expr_closure(&mut self, expression: &'ast syn::ExprClosure) {
        if expression.constness.is_some() {
            self.closed(|writer| visit::visit_expr(writer, &expression.body));
        } else if expression.asyncness.is_some() {
            self.async_closure(expression);
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
            Stmt::Macro(statement) => {
                head_of_macro(&statement.mac).map(|span| self.range(span).start)
            }
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
        let around = (format!("{LINKED}::await_!(__call, {site}, "), ")");
        self.within(base, around, |writer| writer.visit_expr(&expression.base));
    }

    fn visit_expr_call(&mut self, expression: &'ast syn::ExprCall) {
        let called = match &*expression.func {
            Expr::Path(path) => resolved(&path.path, &self.imports),
            _ => String::new(),
        };
        if !self.open() || called.is_empty() {
            return visit::visit_expr_call(self, expression);
        }
        let arguments = &expression.args;
        let last = called.rsplit("::").next().unwrap_or_default();
        match &*called {
            "std::thread::sleep" => self.block(expression, "block"),
            "tokio::task::block_in_place" => self.block(expression, "blocks"),
            "tokio::time::sleep" | "tokio::time::timeout" => {
                self.arguments(arguments, 0, (format!("{LINKED}::asked("), ")"));
            }
            "tokio::time::interval" => {
                self.arguments(arguments, 0, (format!("{LINKED}::every("), ")"));
            }
            "tokio::time::interval_at" => {
                self.arguments(arguments, 1, (format!("{LINKED}::every("), ")"));
            }
            _ if last.starts_with("spawn") || last == "block_on" => {
                let range = self.range(expression.span());
                let site = self.spawn_site(range, arguments.first());
                if last == "block_on" {
                    self.arguments_of_block_on(arguments);
                } else if called == "std::thread::spawn" {
                    self.arguments(arguments, 0, (format!("{LINKED}::thread({site}, "), ")"));
                } else {
                    visit::visit_expr_call(self, expression);
                }
            }
            _ => visit::visit_expr_call(self, expression),
        }
    }

    fn visit_expr_method_call(&mut self, expression: &'ast syn::ExprMethodCall) {
        let name = expression.method.to_string();
        if !self.open() {
            return visit::visit_expr_method_call(self, expression);
        }
        let (receiver, arguments) = (&expression.receiver, &expression.args);
        if name == "abort" && arguments.is_empty() && is_place(receiver) {
            let text = self.source[self.range(receiver.span())].to_owned();
            let told = format!("{LINKED}::then({LINKED}::aborts({LINKED}::joins!({text})), ");
            self.within(self.range(expression.span()), (told, ")"), |_| {});
            return;
        }
        if !name.starts_with("spawn") && name != "block_on" {
            return visit::visit_expr_method_call(self, expression);
        }
        // Only a `LocalSet` is given the runtime too.
        let of_local_set = name == "block_on" && arguments.len() == 2;
        if of_local_set {
            let around = (format!("{LINKED}::Local(&"), ")");
            self.within(self.range(receiver.span()), around, |writer| {
                writer.visit_expr(receiver)
            });
        } else {
            self.visit_expr(receiver);
        }
        let start = self.range(expression.method.span()).start;
        let end = self.range(expression.span()).end;
        let site = self.spawn_site(start..end, arguments.last());
        match arguments.first() {
            _ if name == "block_on" && !of_local_set => self.arguments_of_block_on(arguments),
            // Of a scope or a builder of threads: no runtime spawns a closure under this name.
            Some(Expr::Closure(closure))
                if name == "spawn" && arguments.len() == 1 && closure.inputs.is_empty() =>
            {
                self.arguments(arguments, 0, (format!("{LINKED}::thread({site}, "), ")"));
            }
            _ => arguments
                .iter()
                .for_each(|argument| self.visit_expr(argument)),
        }
    }

    fn visit_macro(&mut self, makro: &'ast syn::Macro) {
        if self.open() {
            self.known_macro(makro);
        }
    }
}
