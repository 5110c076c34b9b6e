busy-ahead = Ahora no doy abasto: { $ahead ->
    [one] hay una imagen
   *[other] hay { $ahead } imágenes
} delante de la tuya. Inténtalo de nuevo en unos minutos.
busy-yours = Ya tienes { $waiting ->
    [one] una imagen
   *[other] { $waiting } imágenes
} en espera. Envía la siguiente cuando haya respondido.
deadline = Tenía demasiado trabajo y no he llegado a tiempo. Inténtalo de nuevo en unos minutos.
closing = Me están reiniciando. Vuelve a enviarlo dentro de un minuto.
