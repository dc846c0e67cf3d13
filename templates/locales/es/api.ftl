invalid-parameter = Parámetro no válido
send-later =
    { $minutes ->
        [one] El correo ya se envió. Si no lo recibió, solicítelo de nuevo dentro de { $minutes } minuto
       *[other] El correo ya se envió. Si no lo recibió, solicítelo de nuevo dentro de { $minutes } minutos
    }
send-limit = Se solicitaron demasiados códigos. Inténtelo de nuevo más tarde
unavailable = El servicio no está disponible temporalmente. Inténtelo de nuevo más tarde
