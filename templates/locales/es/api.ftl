invalid-parameter = Parámetro no válido
send-later =
    { $minutes ->
        [one] El correo ya se envió. Si no lo recibió, solicítelo de nuevo dentro de { $minutes } minuto
       *[other] El correo ya se envió. Si no lo recibió, solicítelo de nuevo dentro de { $minutes } minutos
    }
send-limit = Se solicitaron demasiados códigos. Inténtelo de nuevo más tarde
unavailable = El servicio no está disponible temporalmente. Inténtelo de nuevo más tarde

verify-first = Solicite primero un código de verificación

too-many-tries = Demasiados intentos. Solicite un código nuevo dentro de { $minutes ->
    [one] { $minutes } minuto
   *[other] { $minutes } minutos
}

wrong-code = Compruebe el código de verificación
