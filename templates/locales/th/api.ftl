### Thai (Thailand). Register: polite and neutral, โปรด for requests.
### No full stops: a space parts sentences.

invalid-parameter = ข้อมูลที่ป้อนไม่ถูกต้อง

send-later = ส่งอีเมลให้แล้ว หากยังไม่ได้รับ โปรดขอรหัสใหม่ในอีก { $minutes } นาที

send-limit = มีการขอรหัสบ่อยเกินไป โปรดลองอีกครั้งในภายหลัง

unavailable = ขณะนี้บริการไม่พร้อมใช้งาน โปรดลองอีกครั้งในภายหลัง

verify-first = โปรดขอรหัสยืนยันก่อน

too-many-tries = ป้อนรหัสผิดหลายครั้งเกินไป โปรดขอรหัสใหม่ในอีก { $minutes } นาที

wrong-code = รหัสยืนยันไม่ถูกต้อง โปรดตรวจสอบอีกครั้ง
