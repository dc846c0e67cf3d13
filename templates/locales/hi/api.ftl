### Hindi (India). Register: polite (आप, कृपया), everyday Hindi with the usual English loans; no verb forms that show
### the reader’s gender. Nuqta written (फ़, ज़), anusvara rather than chandrabindu (मांगे).

invalid-parameter = डाली गई जानकारी सही नहीं है
send-later =
    { $minutes ->
        [one] ईमेल पहले ही भेजा जा चुका है, न मिला हो तो कृपया एक मिनट बाद फिर से कोड मंगाएं
       *[other] ईमेल पहले ही भेजा जा चुका है, न मिला हो तो कृपया { $minutes } मिनट बाद फिर से कोड मंगाएं
    }
send-limit = बहुत ज़्यादा कोड मांगे गए हैं, कृपया बाद में फिर से कोशिश करें
unavailable = सेवा फ़िलहाल उपलब्ध नहीं है, कृपया बाद में फिर से कोशिश करें
verify-first = कोई मान्य कोड नहीं है, कृपया नया वेरिफ़िकेशन कोड मंगाएं
too-many-tries =
    { $minutes ->
        [one] बहुत ज़्यादा बार कोशिश की गई है, कृपया एक मिनट बाद नया कोड मंगाएं
       *[other] बहुत ज़्यादा बार कोशिश की गई है, कृपया { $minutes } मिनट बाद नया कोड मंगाएं
    }
wrong-code = वेरिफ़िकेशन कोड सही नहीं है, कृपया जांचकर फिर से कोशिश करें
