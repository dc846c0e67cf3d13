//! The messages that are compiled in, from `templates/locales`.

use fluent::FluentResource;

use super::{Bundle, Domain};
use crate::locale::Locale;

macro_rules! files {
    ($domain:expr, $locale:expr; $($variant:ident $tag:literal),+ $(,)?) => {
        match ($domain, $locale) {
            $(
                (Domain::Api, Locale::$variant) => {
                    include_str!(concat!("../../../templates/locales/", $tag, "/api.ftl"))
                }
                (Domain::Mail, Locale::$variant) => {
                    include_str!(concat!("../../../templates/locales/", $tag, "/mail.ftl"))
                }
            )+
        }
    };
}

pub(super) fn source(domain: Domain, locale: Locale) -> &'static str {
    files!(domain, locale;
        EnUs "en-US",
        ZhCn "zh-CN",
        ZhTw "zh-TW",
        Es "es",
        Fr "fr",
        De "de",
        PtBr "pt-BR",
        Ja "ja",
        Ar "ar",
    )
}

/// A mistake in these files fails a test; here it would leave out that message.
pub(super) fn resource(domain: Domain, locale: Locale) -> FluentResource {
    FluentResource::try_new(source(domain, locale).to_owned())
        .unwrap_or_else(|(resource, _)| resource)
}

pub(super) fn bundle(domain: Domain, locale: Locale) -> Bundle {
    let mut bundle = Bundle::new_concurrent(vec![locale.language_identifier()]);
    // The marks would be copied along with the code; the skeletons isolate it instead.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource(domain, locale));
    bundle
}
