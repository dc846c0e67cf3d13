//! Whether a mail is whole: its code is there to be seen and copied, once in each part, and
//! nothing is left that a template failed to fill in.

use std::iter;

use scraper::{ElementRef, Html};

use super::{Content, RenderError, skeletons::has_placeholder};

/// What is asked of every mail that is made anew.
pub(super) fn check(content: &Content, code: &str) -> Result<(), RenderError> {
    for (template, part) in content.parts() {
        let wrong = |problem| Err(RenderError::NotWhole { template, problem });
        if has_placeholder(part) {
            return wrong("a variable is left unfilled");
        }
        if !part.contains(code) {
            return wrong("the code is missing");
        }
    }
    Ok(())
}

/// What is asked of a template once, when it is read: the HTML is parsed as clients parse it.
pub(super) fn prove(content: &Content, code: &str) -> Result<(), RenderError> {
    check(content, code)?;
    let [(subject, title), (text_file, text), (html_file, html)] = content.parts();
    let wrong = |template, problem| Err(RenderError::NotWhole { template, problem });
    if title.matches(code).count() > 1 {
        return wrong(subject, "the code is there twice");
    }
    if text.matches(code).count() > 1 {
        return wrong(text_file, "the code is there twice");
    }
    if !text.lines().any(|line| line == code) {
        return wrong(text_file, "the code is not alone on its line");
    }
    let document = Html::parse_document(html);
    let seen = seen(&document);
    let with_code: Vec<_> = seen.iter().filter(|(_, text)| text.contains(code)).collect();
    match with_code[..] {
        [] => wrong(html_file, "the code can't be seen"),
        [(element, _)] if element.text().collect::<String>().trim() == code => Ok(()),
        [_] => wrong(html_file, "the code is not alone in its element"),
        _ => wrong(html_file, "the code is there twice"),
    }
}

/// The pieces of text that a reader sees, each with the element that it stands in.
pub(super) fn seen(document: &Html) -> Vec<(ElementRef<'_>, &str)> {
    let texts = document.root_element().descendants().filter_map(|node| {
        let text: &str = node.value().as_text()?;
        Some((ElementRef::wrap(node.parent()?)?, text))
    });
    texts.filter(|(element, _)| !around(*element).any(is_hidden)).collect()
}

/// An element and those that it stands in.
pub(super) fn around(element: ElementRef<'_>) -> impl Iterator<Item = ElementRef<'_>> {
    iter::once(element).chain(element.ancestors().filter_map(ElementRef::wrap))
}

pub(super) fn is_hidden(element: ElementRef<'_>) -> bool {
    let element = element.value();
    let style: String =
        element.attr("style").unwrap_or_default().split_whitespace().collect::<String>();
    let style = style.to_ascii_lowercase();
    matches!(element.name(), "head" | "script" | "style" | "template" | "noscript")
        || element.attr("hidden").is_some()
        || ["display:none", "visibility:hidden", "font-size:0;", "opacity:0;"]
            .iter()
            .any(|hiding| format!("{style};").contains(hiding))
}
