### 한국어(대한민국). Register: polite 합니다 and -세요, as consumer services write; 인증번호, for the code is all digits.
### No space between a number and its unit; nouns beside names and addresses, so that no particle depends on their final sound.

invalid-parameter = 입력한 내용이 올바르지 않습니다
send-later = 메일을 이미 보냈습니다. 받지 못했다면 { $minutes }분 후에 다시 요청해 주세요
send-limit = 인증번호 요청 횟수를 초과했습니다. 나중에 다시 시도해 주세요
unavailable = 일시적으로 서비스를 이용할 수 없습니다. 잠시 후 다시 시도해 주세요
verify-first = 먼저 인증번호를 받아 주세요
too-many-tries = 입력 가능 횟수를 초과했습니다. { $minutes }분 후에 인증번호를 다시 받아 주세요
wrong-code = 인증번호가 올바르지 않습니다. 다시 확인해 주세요
