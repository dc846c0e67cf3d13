### 한국어(대한민국). Register: polite 합니다 and -세요, as consumer services write; 인증번호, for the code is all digits.
### No space between a number and its unit; nouns beside names and addresses, so that no particle depends on their final sound.

language = 언어
title = 계정 만들기
lead = 이메일 주소를 입력하시면 6자리 인증번호를 보내 드립니다.
email = 이메일 주소
send = 인증번호 받기
resend = 인증번호 다시 받기
wait = { $time } 후 다시 받기
ready = 이제 인증번호를 다시 받을 수 있습니다.
sent = { $email } 주소로 인증번호를 보냈습니다.
code = 메일로 받은 인증번호
check = 확인
incomplete = 인증번호 6자리를 모두 입력해 주세요.
done = 이메일 주소가 인증되었습니다
confirmed = { $email } 주소가 인증되었습니다. 가입을 계속 진행하세요.
again = 처음부터 다시 하기
reference = API 레퍼런스

error-unreachable = 서비스에 연결할 수 없습니다. 인터넷 연결을 확인하고 다시 시도해 주세요.
error-address = 이메일 주소 형식이 올바르지 않은 것 같습니다. 확인하고 다시 시도해 주세요.
error-later = 인증번호를 이미 보냈습니다. 스팸함도 확인해 보시고, 없으면 대기 시간이 지난 뒤 다시 받아 주세요.
error-limit = 인증번호 요청 횟수를 초과했습니다. 나중에 다시 시도해 주세요.
error-unavailable = 서비스에 문제가 생겼습니다. 잠시 후 다시 시도해 주세요.
error-no-code = 더 이상 사용할 수 없는 인증번호입니다. 인증번호를 다시 받아 주세요.
error-tries = 인증번호를 여러 번 잘못 입력했습니다. 대기 시간이 지난 뒤 다시 받아 주세요.
error-code = 인증번호가 올바르지 않습니다. 메일을 확인하고 다시 입력해 주세요.

inbox = 받은편지함
inbox-open = 새 탭에서 열기
inbox-live = 실시간 업데이트
inbox-lost = 연결이 끊겨 다시 연결하는 중
inbox-count =
    { $count ->
        [0] 메일 없음
       *[other] 메일 { $count }통
    }
inbox-more = 전체 { $total }통 중 최신 메일 { $shown }통을 표시합니다.
inbox-search = 검색
inbox-no-match = 일치하는 메일이 없습니다.
inbox-empty = 아직 메일이 없습니다
inbox-hint = 인증번호를 요청하면 메일이 여기에 자동으로 표시됩니다.
inbox-choose = 읽을 메일을 선택하세요.
inbox-gone = 더 이상 존재하지 않는 메일입니다.
inbox-new = { $to } 주소로 새 메일 도착: { $subject }
inbox-no-subject = 제목 없음
inbox-all = 전체 메일
inbox-from = 보낸 사람
inbox-to = 받는 사람
inbox-received = 받은 시간
inbox-text = 텍스트
inbox-html = HTML
inbox-source = 원본
inbox-copy = 복사
inbox-copy-code = 인증번호 복사
inbox-copied = 복사됨
inbox-no-copy = 여기서는 복사할 수 없습니다
inbox-delete = 삭제
inbox-deleted = 메일을 삭제했습니다
inbox-clear = 모두 삭제…
inbox-clear-title = 메일을 모두 삭제할까요?
inbox-clear-text = 메일은 다른 곳에 보관되어 있지 않습니다.
inbox-clear-no = 그대로 두기
inbox-clear-yes = 모두 삭제

way = 전송 과정
way-queued = 대기열에 추가됨
way-attempt = { $number }차 시도
way-delivered = 전송 완료
way-retry = 재시도 예정
way-failed = 전송 실패

relay = 릴레이 서버
relay-accept = 수락
relay-refuse = 거부
relay-greylist = 그레이리스팅
relay-stall = 응답 없음
