### Hindi (India). Register: polite (आप), everyday Hindi with the usual English loans; no verb forms that show the
### reader’s gender. Full stop “।”, nuqta written (फ़, ज़), anusvara rather than chandrabindu (मांगा).

subject = { $code } आपका { $brand } वेरिफ़िकेशन कोड है
heading = अपने ईमेल पते की पुष्टि करें
intro = { $brand } पर साइन अप पूरा करने के लिए यह कोड डालें:
validity =
    { $minutes ->
        [0] यह कोड किसी के साथ शेयर न करें, यह एक मिनट से भी कम समय तक मान्य है।
        [one] यह कोड किसी के साथ शेयर न करें, यह सिर्फ़ अगले एक मिनट तक मान्य है।
       *[other] यह कोड किसी के साथ शेयर न करें, यह सिर्फ़ अगले { $minutes } मिनट तक मान्य है।
    }
ignore = अगर आपने यह कोड नहीं मांगा है, तो बेफ़िक्र होकर इस ईमेल को अनदेखा कर दें।
