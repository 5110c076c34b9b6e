group-artchannel = Canales que etiquetan el arte por sí solos
command-artchannel-enable = Etiquetar y describir cada imagen publicada en este canal
command-artchannel-disable = Dejar de etiquetar imágenes en este canal
command-artchannel-status = ¿Es este un canal de arte, y qué le falta?
command-artchannel-settings = Qué muestran las respuestas de este canal de arte
command-artchannel-ignore = No tocar las imágenes de un miembro en este canal
command-artchannel-optout = No tocar mis imágenes en ningún canal de arte
option-tags = Mostrar etiquetas
option-characters = Mostrar los nombres de los personajes
option-caption = Mostrar una descripción corta
option-alt = Mostrar texto alternativo
option-most = Cuántas etiquetas como máximo
option-threshold = Lo segura que debe ser una etiqueta, de 0 a 1
option-block = Etiquetas que nunca se muestran, separadas por comas; - para ninguna
option-member = Quién
option-on = Sí o no
art-server-only = Los canales de arte son para servidores y grupos. Dilo en el propio canal.
art-lacking = Todavía no puedo etiquetar imágenes aquí. Falta esto:
art-needs-message-content = Contenido de mensajes: activa "Message Content Intent" para el bot en el portal de desarrolladores de Discord, pon OSUSUME_DISCORD_MESSAGE_CONTENT=true y reinícialo.
art-needs-view = El permiso "Ver canal" aquí.
art-needs-send = El permiso "Enviar mensajes" aquí.
art-needs-embed = El permiso "Insertar enlaces" aquí.
art-needs-history = El permiso "Leer el historial de mensajes" aquí.
art-needs-privacy-off = El modo de privacidad de Telegram me oculta las imágenes: desactívalo con @BotFather (/setprivacy) y vuelve a añadirme al grupo; o hazme administrador.
art-needs-admin = En un canal de Telegram debo ser un administrador que pueda publicar mensajes.
art-enabled = Hecho. Desde ahora respondo a cada imagen publicada aquí, sin hacer ruido.
art-disabled = Hecho. Desde ahora no toco las imágenes publicadas aquí, y he borrado lo que guardaba de las anteriores. Solo recuerdo qué respuesta mía corresponde a qué mensaje, para que desaparezca si se borra el mensaje.
art-was-off = Este no es un canal de arte, así que no hay nada que desactivar.
art-off-yet = Este todavía no es un canal de arte. /artchannel enable lo convierte en uno.
art-is-on = Este es un canal de arte. { $others ->
    [0] Es el único aquí.
    [one] Hay otro más en este servidor.
   *[other] Hay otros { $others } en este servidor.
}
art-is-off = Este no es un canal de arte. { $others ->
    [0] No hay ninguno en este servidor.
    [one] Hay uno en este servidor.
   *[other] Hay { $others } en este servidor.
}
art-most = Como máximo { $count } etiquetas, desde un { $percent } % de certeza
art-blocked = Nunca se muestran: { $tags }
art-ignored = Desde ahora no toco sus imágenes aquí.
art-not-ignored = Vuelvo a etiquetar sus imágenes aquí.
art-opted-out = Desde ahora no toco tus imágenes en ningún canal de arte.
art-opted-in = Vuelvo a etiquetar tus imágenes en los canales de arte.
art-not-yours = Solo quien publicó la imagen y los moderadores pueden cambiar sus etiquetas.
art-fix-which = ¿Qué etiqueta está mal?
art-add-which = ¿Qué falta?
art-remove = No es: { $tag }
art-added = Añadida: { $tag }
art-removed = Quitada: { $tag }
button-fix-tags = Corregir etiquetas
button-add-tag = Añadir etiqueta
button-done = Listo
tag-group-count = Cuántos
tag-group-hair = Pelo
tag-group-eyes = Ojos
tag-group-expression = Expresión
tag-group-clothes = Ropa
tag-group-head = En la cabeza
tag-group-pose = Pose
tag-group-background = Fondo
tag-group-framing = Encuadre
tag-group-objects = Objetos
setting-blocked = Etiquetas que nunca se muestran
discord-intent-refused = Discord niega el contenido de los mensajes: activa "Message Content Intent" para el bot en el portal de desarrolladores o pon OSUSUME_DISCORD_MESSAGE_CONTENT=false.
