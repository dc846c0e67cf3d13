### Vietnamese (Vietnam). Register: friendly and polite, bạn; hãy softens what to do next.
### Mails are thư, as in Gmail; the tone marks sit as most software sets them (xóa, not xoá).

language = Ngôn ngữ
title = Tạo tài khoản của bạn
lead = Nhập địa chỉ email, chúng tôi sẽ gửi cho bạn mã gồm 6 chữ số.
email = Địa chỉ email
send = Gửi mã
resend = Gửi mã mới
wait = Gửi lại sau { $time }
ready = Giờ bạn có thể yêu cầu mã mới.
sent = Chúng tôi đã gửi mã đến { $email }.
code = Mã trong email
check = Xác nhận
incomplete = Hãy nhập đủ 6 chữ số của mã.
done = Đã xác nhận địa chỉ email của bạn
confirmed = Đã xác nhận { $email } là của bạn. Bạn có thể tiếp tục đăng ký.
again = Bắt đầu lại
reference = Tài liệu tham khảo API

error-unreachable = Không kết nối được với dịch vụ. Hãy kiểm tra kết nối mạng rồi thử lại.
error-address = Địa chỉ email này có vẻ không đúng. Hãy kiểm tra rồi thử lại.
error-later = Mã đã được gửi. Hãy xem cả thư mục Thư rác, hoặc yêu cầu mã mới khi hết thời gian chờ.
error-limit = Có quá nhiều yêu cầu gửi mã. Hãy thử lại sau.
error-unavailable = Đã xảy ra lỗi ở phía chúng tôi. Hãy thử lại sau giây lát.
error-no-code = Mã này không còn hiệu lực. Hãy yêu cầu mã mới.
error-tries = Bạn đã nhập sai mã quá nhiều lần. Hãy yêu cầu mã mới khi hết thời gian chờ.
error-code = Mã không đúng. Hãy xem lại email rồi thử lại.

inbox = Hộp thư đến
inbox-open = Mở trong thẻ mới
inbox-live = Tự động cập nhật
inbox-lost = Mất kết nối, đang thử lại
inbox-count =
    { $count ->
        [0] Không có thư
       *[other] { $count } thư
    }
inbox-more = Đang hiển thị { $shown } thư mới nhất trong tổng số { $total } thư.
inbox-search = Tìm kiếm
inbox-no-match = Không tìm thấy thư nào phù hợp.
inbox-empty = Chưa có thư nào
inbox-hint = Hãy yêu cầu mã, thư sẽ tự động xuất hiện ở đây.
inbox-choose = Chọn một thư để đọc.
inbox-gone = Thư này không còn ở đây nữa.
inbox-new = Thư mới gửi đến { $to }: { $subject }
inbox-no-subject = Không có tiêu đề
inbox-all = Tất cả thư
inbox-from = Từ
inbox-to = Đến
inbox-received = Nhận lúc
inbox-text = Văn bản
inbox-html = HTML
inbox-source = Mã nguồn
inbox-copy = Sao chép
inbox-copy-code = Sao chép mã
inbox-copied = Đã sao chép
inbox-no-copy = Không thể sao chép ở đây
inbox-delete = Xóa
inbox-deleted = Đã xóa thư
inbox-clear = Xóa tất cả…
inbox-clear-title = Xóa tất cả thư?
inbox-clear-text = Các thư này không được lưu ở nơi nào khác.
inbox-clear-no = Giữ lại
inbox-clear-yes = Xóa tất cả

way = Quá trình gửi
way-queued = Đang chờ gửi
way-attempt = Lần gửi { $number }
way-delivered = Đã gửi đến nơi
way-retry = Sẽ thử lại
way-failed = Không gửi được

relay = Máy chủ chuyển tiếp
relay-accept = Chấp nhận
relay-refuse = Từ chối
relay-greylist = Đưa vào danh sách xám
relay-stall = Không phản hồi
