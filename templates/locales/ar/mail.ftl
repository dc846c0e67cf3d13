### Arabic (ar). Register: polite and neutral (يُرجى + verbal noun), so that nothing depends on the reader’s gender.
### The subject keeps an Arabic word between the code and the brand, so that they are shown in order.

subject = رمز التحقق { $code } للتسجيل في { $brand }
heading = تأكيد عنوان بريدك الإلكتروني
intro = لإكمال التسجيل في { $brand }، يُرجى إدخال هذا الرمز:
validity =
    { $minutes ->
        [zero] تنتهي صلاحية هذا الرمز بعد أقل من دقيقة، ويُرجى عدم مشاركته مع أي شخص.
        [one] تنتهي صلاحية هذا الرمز بعد دقيقة واحدة، ويُرجى عدم مشاركته مع أي شخص.
        [two] تنتهي صلاحية هذا الرمز بعد دقيقتين، ويُرجى عدم مشاركته مع أي شخص.
        [few] تنتهي صلاحية هذا الرمز بعد { $minutes } دقائق، ويُرجى عدم مشاركته مع أي شخص.
        [many] تنتهي صلاحية هذا الرمز بعد { $minutes } دقيقة، ويُرجى عدم مشاركته مع أي شخص.
       *[other] تنتهي صلاحية هذا الرمز بعد { $minutes } دقيقة، ويُرجى عدم مشاركته مع أي شخص.
    }
ignore = إذا وصلك هذا الرمز من دون طلب منك، فلا داعي للقلق، ويمكنك تجاهل هذه الرسالة.
