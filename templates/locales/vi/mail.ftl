### Vietnamese (Vietnam). Register: friendly and polite, bạn, as in the big consumer products.
### A short second sentence instead of a semicolon, which is rare in Vietnamese.

subject = { $code } là mã xác minh { $brand } của bạn

heading = Xác nhận địa chỉ email của bạn

intro = Nhập mã này để hoàn tất đăng ký { $brand }:

validity =
    { $minutes ->
        [0] Đừng chia sẻ mã này với bất kỳ ai. Mã sẽ hết hạn trong chưa đầy 1 phút nữa.
       *[other] Đừng chia sẻ mã này với bất kỳ ai. Mã sẽ hết hạn sau { $minutes } phút.
    }

ignore = Nếu không yêu cầu mã này, bạn có thể yên tâm bỏ qua email này.
