//! What stands in the macros of Tokio's that poll several futures side by side.

use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Expr, Pat, Token};

/// Takes the `biased;` that a macro may begin with.
fn biased(input: ParseStream<'_>) -> syn::Result<()> {
    let ahead = input.fork();
    if ahead
        .parse::<syn::Ident>()
        .is_ok_and(|word| word == "biased")
        && ahead.peek(Token![;])
    {
        input.parse::<syn::Ident>()?;
        input.parse::<Token![;]>()?;
    }
    Ok(())
}

/// What stands in a `join!` or `try_join!`.
pub(crate) struct Joined(pub Punctuated<Expr, Token![,]>);

impl Parse for Joined {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        biased(input)?;
        Punctuated::parse_terminated(input).map(Joined)
    }
}

/// What stands in a `select!`.
pub(crate) struct Selected(pub Vec<Branch>);

/// `pattern = future, if condition => handler`; `else => handler` has no future.
pub(crate) struct Branch {
    pub future: Option<Expr>,
    pub condition: Option<Expr>,
    pub handler: Expr,
}

impl Parse for Selected {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        biased(input)?;
        let mut branches = Vec::new();
        while !input.is_empty() {
            let (mut future, mut condition) = (None, None);
            if input.peek(Token![else]) {
                input.parse::<Token![else]>()?;
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
            // As in the macro: a block ends the handler, with or without a comma behind it.
            let handler = if input.peek(syn::token::Brace) {
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
            branches.push(Branch {
                future,
                condition,
                handler,
            });
        }
        Ok(Selected(branches))
    }
}
