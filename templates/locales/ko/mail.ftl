### 한국어(대한민국). Register: polite 합니다 and -세요, as consumer services write; 인증번호, for the code is all digits.
### No space between a number and its unit; nouns beside names and addresses, so that no particle depends on their final sound.

subject = { $code } – { $brand } 인증번호
heading = 이메일 주소 인증
intro = 아래 인증번호를 입력해 { $brand } 가입을 완료하세요.
validity =
    { $minutes ->
        [0] 이 인증번호를 누구에게도 알려 주지 마세요. 1분 이내에 만료됩니다.
       *[other] 이 인증번호를 누구에게도 알려 주지 마세요. { $minutes }분 후에 만료됩니다.
    }
ignore = 인증번호를 요청하지 않으셨다면 이 메일은 무시하셔도 됩니다.
