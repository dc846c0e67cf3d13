### Hebrew (Israel). Register: plain and gender-neutral (infinitives, “יש”, “אין”, “אפשר”), as Israeli products write now.
### No prefix (ב, ל) is glued to the brand; the subject keeps a Hebrew word between brand and code, for the order.

subject = קוד האימות שלך לחשבון { $brand } הוא { $code }
heading = אימות כתובת האימייל שלך
intro = כדי להשלים את יצירת חשבון { $brand }, יש להזין את הקוד הזה:
validity =
    { $minutes ->
        [0] תוקף הקוד יפוג בעוד פחות מדקה, ואין לשתף אותו עם אף אחד.
        [one] תוקף הקוד יפוג בעוד דקה, ואין לשתף אותו עם אף אחד.
        [two] תוקף הקוד יפוג בעוד שתי דקות, ואין לשתף אותו עם אף אחד.
       *[other] תוקף הקוד יפוג בעוד { $minutes } דקות, ואין לשתף אותו עם אף אחד.
    }
ignore = אם לא ביקשת את הקוד הזה, אפשר פשוט להתעלם מהאימייל.
