### Thai (Thailand). Register: polite and neutral, คุณ without ครับ or ค่ะ.
### No full stops and no question marks; a space parts sentences.

language = ภาษา
title = สร้างบัญชีของคุณ
lead = ป้อนอีเมลของคุณ แล้วเราจะส่งรหัส 6 หลักให้
email = อีเมล
send = ส่งรหัส
resend = ส่งรหัสใหม่
wait = ส่งใหม่ได้ในอีก { $time }
ready = คุณขอรหัสใหม่ได้แล้ว
sent = เราส่งรหัสไปที่ { $email } แล้ว
code = รหัสจากอีเมล
check = ยืนยัน
incomplete = ป้อนรหัสให้ครบทั้ง 6 หลัก
done = ยืนยันอีเมลเรียบร้อยแล้ว
confirmed = ยืนยันแล้วว่า { $email } เป็นอีเมลของคุณ สมัครต่อได้เลย
again = เริ่มใหม่
reference = เอกสารอ้างอิง API

error-unreachable = เชื่อมต่อบริการไม่ได้ ตรวจสอบการเชื่อมต่อของคุณแล้วลองอีกครั้ง
error-address = อีเมลนี้ดูเหมือนจะไม่ถูกต้อง ตรวจสอบแล้วลองอีกครั้ง
error-later = เราส่งรหัสให้คุณแล้ว ลองดูในโฟลเดอร์จดหมายขยะด้วย หรือรอให้ครบเวลาแล้วขอรหัสใหม่
error-limit = มีการขอรหัสบ่อยเกินไป ลองอีกครั้งในภายหลัง
error-unavailable = เกิดข้อผิดพลาดในระบบของเรา ลองอีกครั้งในอีกสักครู่
error-no-code = รหัสนี้ใช้ไม่ได้แล้ว ขอรหัสใหม่ได้เลย
error-tries = ป้อนรหัสผิดหลายครั้งเกินไป รอให้ครบเวลาแล้วขอรหัสใหม่
error-code = รหัสไม่ถูกต้อง ตรวจสอบอีเมลแล้วลองอีกครั้ง

inbox = กล่องจดหมาย
inbox-open = เปิดในแท็บใหม่
inbox-live = เรียลไทม์
inbox-lost = ขาดการเชื่อมต่อ กำลังลองใหม่
inbox-count =
    { $count ->
        [0] ไม่มีอีเมล
       *[other] อีเมล { $count } ฉบับ
    }
inbox-more = แสดงอีเมลล่าสุด { $shown } ฉบับ จากทั้งหมด { $total } ฉบับ
inbox-search = ค้นหา
inbox-no-match = ไม่พบอีเมลที่ตรงกัน
inbox-empty = ยังไม่มีอีเมล
inbox-hint = เมื่อคุณขอรหัส อีเมลจะปรากฏที่นี่โดยอัตโนมัติ
inbox-choose = เลือกอีเมลที่ต้องการอ่าน
inbox-gone = อีเมลนี้ไม่อยู่ที่นี่แล้ว
inbox-new = อีเมลใหม่ถึง { $to }: { $subject }
inbox-no-subject = ไม่มีหัวเรื่อง
inbox-all = อีเมลทั้งหมด
inbox-from = จาก
inbox-to = ถึง
inbox-received = ได้รับเมื่อ
inbox-text = ข้อความ
inbox-html = HTML
inbox-source = ต้นฉบับ
inbox-copy = คัดลอก
inbox-copy-code = คัดลอกรหัส
inbox-copied = คัดลอกแล้ว
inbox-no-copy = คัดลอกที่นี่ไม่ได้
inbox-delete = ลบ
inbox-deleted = ลบอีเมลแล้ว
inbox-clear = ลบทั้งหมด…
inbox-clear-title = ลบอีเมลทั้งหมดไหม
inbox-clear-text = อีเมลเหล่านี้ไม่ได้เก็บไว้ที่อื่นอีก
inbox-clear-no = เก็บไว้
inbox-clear-yes = ลบทั้งหมด

way = เส้นทางการส่ง
way-queued = อยู่ในคิว
way-attempt = ส่งครั้งที่ { $number }
way-delivered = ส่งถึงแล้ว
way-retry = จะลองส่งอีกครั้ง
way-failed = ส่งไม่สำเร็จ

relay = เซิร์ฟเวอร์รีเลย์
relay-accept = รับ
relay-refuse = ปฏิเสธ
relay-greylist = ใช้ greylist
relay-stall = ไม่ตอบสนอง
