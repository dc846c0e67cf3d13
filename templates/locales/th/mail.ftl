### Thai (Thailand). Register: polite and neutral, คุณ without ครับ or ค่ะ, so that no gender speaks.
### No full stops: a space parts sentences. A space around Latin names and numbers.

subject = { $code } คือรหัสยืนยัน { $brand } ของคุณ

heading = ยืนยันอีเมลของคุณ

intro = ป้อนรหัสนี้เพื่อสมัครใช้งาน { $brand } ให้เสร็จสมบูรณ์:

validity =
    { $minutes ->
        [0] อย่าบอกรหัสนี้กับใคร รหัสจะหมดอายุในอีกไม่ถึง 1 นาที
       *[other] อย่าบอกรหัสนี้กับใคร รหัสจะหมดอายุในอีก { $minutes } นาที
    }

ignore = หากคุณไม่ได้ขอรหัสนี้ ไม่ต้องกังวล ข้ามอีเมลนี้ไปได้เลย
