### Vietnamese (Vietnam). Register: friendly and polite, bạn, vui lòng for requests.

invalid-parameter = Thông tin bạn nhập không hợp lệ

send-later = Email đã được gửi. Nếu chưa nhận được, vui lòng yêu cầu mã mới sau { $minutes } phút

send-limit = Có quá nhiều yêu cầu gửi mã. Vui lòng thử lại sau

unavailable = Dịch vụ tạm thời không hoạt động. Vui lòng thử lại sau

verify-first = Vui lòng yêu cầu mã xác minh trước

too-many-tries = Bạn đã nhập sai quá nhiều lần. Vui lòng yêu cầu mã mới sau { $minutes } phút

wrong-code = Mã xác minh không đúng. Vui lòng kiểm tra lại
