### Hindi (India). Register: polite (आप), everyday Hindi with the usual English loans; no verb forms that show the
### reader’s gender. Full stop “।”, nuqta written (फ़, ज़), anusvara rather than chandrabindu (मांगे).

language = भाषा
title = अपना खाता बनाएं
lead = अपना ईमेल पता डालें, हम आपको छह अंकों का कोड भेजेंगे।
email = ईमेल पता
send = कोड भेजें
resend = नया कोड भेजें
wait = { $time } में फिर से भेजें
ready = अब नया कोड मंगाया जा सकता है।
sent = हमने { $email } पर कोड भेज दिया है।
code = ईमेल में मिला कोड
check = पुष्टि करें
incomplete = कोड के सभी छह अंक डालें।
done = आपके ईमेल पते की पुष्टि हो गई
confirmed = पुष्टि हो गई कि { $email } आपका ही है। अब साइन अप जारी रखें।
again = फिर से शुरू करें
reference = API रेफ़रेंस

error-unreachable = सेवा से कनेक्ट नहीं हो पा रहा है। अपना इंटरनेट कनेक्शन देखें और फिर से कोशिश करें।
error-address = यह ईमेल पता सही नहीं लग रहा। इसे जांचकर फिर से कोशिश करें।
error-later = कोड पहले ही भेजा जा चुका है। स्पैम फ़ोल्डर में भी देखें या इंतज़ार का समय पूरा होने पर नया कोड मंगाएं।
error-limit = बहुत ज़्यादा कोड मांगे गए हैं। बाद में फिर से कोशिश करें।
error-unavailable = हमारी ओर से कोई गड़बड़ी हुई है। थोड़ी देर में फिर से कोशिश करें।
error-no-code = यह कोड अब काम नहीं करता। नया कोड मंगाएं।
error-tries = बहुत बार गलत कोड डाला गया है। इंतज़ार का समय पूरा होने पर नया कोड मंगाएं।
error-code = यह कोड सही नहीं है। ईमेल देखकर फिर से कोशिश करें।

inbox = इनबॉक्स
inbox-open = नए टैब में खोलें
inbox-live = लाइव
inbox-lost = कनेक्शन टूट गया, फिर से कोशिश हो रही है
inbox-count =
    { $count ->
        [0] कोई ईमेल नहीं
        [one] { $count } ईमेल
       *[other] { $count } ईमेल
    }
inbox-more = { $total } में से सबसे नए { $shown } ईमेल दिखाए जा रहे हैं।
inbox-search = खोजें
inbox-no-match = कोई ईमेल नहीं मिला।
inbox-empty = अभी कोई ईमेल नहीं आया
inbox-hint = कोड मंगाएं, उसका ईमेल यहां अपने-आप दिखेगा।
inbox-choose = पढ़ने के लिए कोई ईमेल चुनें।
inbox-gone = यह ईमेल अब यहां नहीं है।
inbox-new = { $to } के लिए नया ईमेल: { $subject }
inbox-no-subject = कोई विषय नहीं
inbox-all = सभी ईमेल
inbox-from = प्रेषक
inbox-to = प्रति
inbox-received = मिलने का समय
inbox-text = टेक्स्ट
inbox-html = HTML
inbox-source = सोर्स
inbox-copy = कॉपी करें
inbox-copy-code = कोड कॉपी करें
inbox-copied = कॉपी हो गया
inbox-no-copy = यहां कॉपी नहीं किया जा सकता
inbox-delete = मिटाएं
inbox-deleted = ईमेल मिटा दिया गया
inbox-clear = सभी मिटाएं…
inbox-clear-title = सभी ईमेल मिटाएं?
inbox-clear-text = ये कहीं और सेव नहीं हैं।
inbox-clear-no = रहने दें
inbox-clear-yes = सभी मिटाएं

way = ईमेल का सफ़र
way-queued = कतार में है
way-attempt = कोशिश { $number }
way-delivered = डिलीवर हो गया
way-retry = फिर से कोशिश होगी
way-failed = कोशिश बंद कर दी गई

relay = रिले सर्वर
relay-accept = स्वीकार करता है
relay-refuse = अस्वीकार करता है
relay-greylist = ग्रेलिस्ट करता है
relay-stall = जवाब नहीं देता
