//! What `templates check` says beyond what a start refuses.

use super::*;

fn found(files: &[(&str, &str)]) -> Vec<String> {
    let folder = folder(files);
    let root = folder.path().to_str().unwrap().to_owned();
    let findings = inspect(&settings(), Some(folder.path()));
    findings.iter().map(|finding| finding.to_string().replace(&root, "")).collect()
}

/// A mail without fault, around this.
fn html(body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"{{{{ lang }}}}\" dir=\"{{{{ dir }}}}\"><head><title>x</title></head><body>\
         <p>{{{{ heading }}}} {{{{ intro }}}} {{{{ validity }}}} {{{{ ignore }}}}</p>{body}</body></html>"
    )
}

#[test]
fn the_built_in_templates_have_no_fault() {
    assert_eq!(inspect(&settings(), None), []);
    assert_eq!(found(&[("mail.html", &html("<b>{{ code }}</b>"))]), Vec::<String>::new());
}

#[test]
fn everything_is_said_at_once_with_its_place() {
    let files = [
        ("locales/de/mail.ftl", "heading = { $barnd }\nheadline = x\n"),
        ("locales/fr/api.ftl", "send-limit = { $minutes }\n"),
        ("mail.txt", "{{ code }}\n{{ intor }}\n"),
        ("mail.htm", ""),
    ];
    let expected = [
        "/locales/de/mail.ftl:1:14: there is no variable $barnd (did you mean $brand?)",
        "/locales/de/mail.ftl:2:1: headline: nothing uses a message of this name (did you mean heading?)",
        "/locales/fr/api.ftl:1:17: there is no variable $minutes",
        "/mail.htm: nothing reads this (did you mean mail.html?)",
        "/mail.txt:2:4: there is no variable intor (did you mean intro?)",
    ];
    assert_eq!(found(&files), expected);
}

#[test]
fn a_reader_would_miss_it_though_a_start_does_not() {
    let code = "<b>{{ code }}</b>";
    let wrong = [
        (
            "<p style='color:#999999'>{{ brand }}</p>",
            "has a contrast of 2.8:1; WCAG 2.2 AA asks for 4.5:1",
        ),
        ("<div style='background-color:#333'><p style='color:#444'>a</p></div>", "asks for 4.5:1"),
        ("<a>more</a>", "has <a>: a mail with a code holds nothing that can be followed"),
        ("<form></form>", "has <form>"),
        ("<img src='https://a.example/x.png'>", "<img> loads something from outside"),
        ("<p>{{ brand }}</p>", "shows the brand outside <span dir=\"auto\">"),
        ("<p></b>", "HTML: "),
    ];
    // In one mail: each case takes a mail in every language.
    let bodies = wrong.map(|(body, _)| body).concat();
    let all = found(&[("mail.html", &html(&format!("{code}{bodies}")))]);
    for (body, expected) in wrong {
        assert!(
            all.iter().any(|line| line.starts_with("/mail.html: ") && line.contains(expected)),
            "{body}: {all:?}"
        );
    }
    let bare = found(&[("mail.html", &format!("<p>{{{{ heading }}}}</p>{code}"))]);
    for expected in [
        "/mail.html: <html> has no lang=\"{{ lang }}\" (ar)",
        "/mail.html: <html> has no dir=\"{{ dir }}\" (ar)",
        "/mail.html: nothing shows the message validity",
        "/mail.html: nothing shows the message ignore",
    ] {
        assert!(bare.iter().any(|line| line == expected), "{bare:?}");
    }
    for (file, content, expected) in [
        ("mail.txt", "{{ code }}\n{{ brand.x }}", "/mail.txt:2:4: undefined value (ar)"),
        (
            "locales/ja/mail.ftl",
            "-support = https://a.example\n",
            "/mail.txt: shows https://a.example, of which mail clients make a link (ja)",
        ),
        (
            "locales/ja/mail.ftl",
            "-support =\n    a\n    b\n",
            "/locales/ja/mail.ftl: -support has a control character in it; it is one line",
        ),
        (
            "locales/ja/mail.ftl",
            &format!("subject = {{ $code }} {}\n", "a".repeat(1000)),
            "/locales/ja/mail.ftl: a word of it is longer than a line of a mail may be (ja)",
        ),
    ] {
        let found = found(&[(file, content)]);
        assert!(found.iter().any(|line| line == expected), "{content}: {found:?}");
    }
    let names = [
        ("de", "-brand", "\"\u{202e}\"", "has a mark in it that turns the direction of text"),
        ("fr", "-sender", "\n    Team\n    Example", "has a control character in it"),
        (
            "it",
            "-sender",
            "{ \"\\u000D\\u000A\" }Bcc: eve@a.example",
            "has a control character in it",
        ),
        ("ja", "-sender", "=?utf-8?b?eA==?=", "looks like a template"),
        ("ko", "-sender", "{ \"\" }", "is empty, or has nothing in it that can be seen"),
    ];
    let files = names.map(|(locale, term, name, _)| {
        (format!("locales/{locale}/mail.ftl"), format!("{term} = {name}\n"))
    });
    let files = files.each_ref().map(|(file, content)| (file.as_str(), content.as_str()));
    let expected = names
        .map(|(locale, term, _, problem)| format!("/locales/{locale}/mail.ftl: {term} {problem}"));
    assert_eq!(found(&files), expected);
}
