### Bengali (Bangladesh). Register: polite (আপনি), everyday words with the usual English loans.
### Full stop “।”; no case ending is glued to the brand, a noun such as অ্যাকাউন্ট stands beside it.

subject = { $code } হলো আপনার { $brand } ভেরিফিকেশন কোড
heading = আপনার ইমেইল ঠিকানা নিশ্চিত করুন
intro = আপনার { $brand } অ্যাকাউন্ট তৈরি সম্পন্ন করতে এই কোডটি লিখুন:
validity =
    { $minutes ->
        [0] কোডটি কাউকে জানাবেন না, এক মিনিটেরও কম সময়ে এর মেয়াদ শেষ হয়ে যাবে।
        [one] কোডটি কাউকে জানাবেন না, এক মিনিট পর এর মেয়াদ শেষ হয়ে যাবে।
       *[other] কোডটি কাউকে জানাবেন না, { $minutes } মিনিট পর এর মেয়াদ শেষ হয়ে যাবে।
    }
ignore = আপনি এই কোড না চেয়ে থাকলে ইমেইলটি নিশ্চিন্তে উপেক্ষা করতে পারেন।
