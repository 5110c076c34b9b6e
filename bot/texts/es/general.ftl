help-heading = Recomiendo anime y guardo tus favoritos. Prueba /recommend, /recommend like Mushishi o /fav add Frieren.
help-showing-discord = ¿Curiosidad por una imagen? Suéltala en /describe o abre el menú de un mensaje que tenga una: Aplicaciones y luego «{ menu-identify }».
help-showing-telegram = ¿Curiosidad por una imagen o un vídeo? Envíamelo sin más. En un grupo, mencióname con la imagen o al responder a ella.
help-showing-web = ¿Curiosidad por una imagen o un vídeo? Suéltalo aquí, pégalo o elígelo.
help-showing-terminal = ¿Curiosidad por una imagen o un vídeo? Escribe /describe y suelta aquí el archivo, o escribe su ruta.
yes = sí
no = no

input-empty = Escribe un comando, por ejemplo /recommend o /fav add Mushishi.
input-long = Es demasiado largo para mí: usa menos de { $most } caracteres.
value-long = “{ $option }” es demasiado largo: usa menos de { $most } caracteres.
command-unknown = No conozco “{ $name }”. /help muestra lo que sé hacer.
command-partial = A /{ $name } le falta una palabra: { $commands }
option-unknown = No entiendo “{ $text }” en /{ $command }. /help muestra lo que sé hacer.
option-missing = A /{ $command } le falta “{ $option }”.
number-wrong = “{ $option }” debe ser un número, no “{ $given }”.
number-range = “{ $option }” debe estar entre { $low } y { $high }.
choice-wrong = “{ $given }” no es una opción de “{ $option }”. Elige entre: { $choices }
cooldown = Un momento: pregunta otra vez en { $seconds ->
    [one] un segundo
   *[other] { $seconds } segundos
}.
admin-only = Solo quienes administran este servidor pueden cambiar eso.
server-only = Eso funciona en un servidor o grupo, no en privado.
bug = Algo falló de mi lado, lo siento. Si vuelve a pasar, dile a quien aloja este bot el número { $number }.

setting-malformed = { $name } no es válido: { $problem }. Mira .env.example.
setting-missing = Falta { $name }. Mira .env.example.

settings-now = Tus ajustes. Cambia alguno con /settings me language:en novelty:adventurous
settings-changed = Cambiado.
settings-server-now = Los ajustes de este servidor. Cambia alguno con /settings server adult:yes
setting-language = Idioma
setting-novelty = Novedad
setting-private = Respuestas solo para ti
setting-spoilers = Textos con posibles spoilers
setting-adult = Títulos para adultos donde se permitan
setting-min_members = Miembros como mínimo
setting-server-adult = Títulos para adultos en canales con restricción de edad

privacy-kept = Esto es lo que se guarda sobre ti, bajo el número de tu cuenta en esta plataforma y nada más:
privacy-nothing = No se guarda nada sobre ti.
privacy-never = Nunca se guardan tu nombre, tus mensajes ni tus imágenes. /privacy erase lo borra todo para siempre.
privacy-places = { $days ->
    [0] Lo que un servidor me enseñó, sus ajustes y sus canales de arte se borran en cuanto me quitan de él.
    [one] Lo que un servidor me enseñó, sus ajustes y sus canales de arte se borran un día después de que me quiten de él.
   *[other] Lo que un servidor me enseñó, sus ajustes y sus canales de arte se borran { $days } días después de que me quiten de él.
}
privacy-profiles = tus ajustes
privacy-accounts = { $count ->
    [one] una cuenta
   *[other] { $count } cuentas vinculadas
}
privacy-entries = { $count ->
    [one] un título en tu lista
   *[other] { $count } títulos en tu lista
}
privacy-unmatched-entries = { $count ->
    [one] una entrada de una lista importada que no coincidió con ningún título
   *[other] { $count } entradas de listas importadas que no coincidieron con ningún título
}
privacy-cleared = los favoritos que vaciaste, para deshacerlo durante una hora
privacy-link-codes = un código para vincular cuentas, durante diez minutos
privacy-answers = { $count ->
    [one] una respuesta, para que funcionen sus botones
   *[other] { $count } respuestas, para que funcionen sus botones
}
privacy-presses = { $count ->
    [one] un botón pulsado
   *[other] { $count } botones pulsados
}
privacy-exported = En este archivo está todo lo que se guarda sobre ti.
privacy-erase-sure = ¿Seguro que quieres borrar todo lo que se guarda sobre ti, también en tus cuentas vinculadas? No se puede deshacer.
privacy-erased = Se borró todo lo que se guardaba sobre ti.
privacy-not-erased = De acuerdo, no se borró nada.
button-erase = Sí, borrar todo
link-code = Dame este código desde tu otra cuenta antes de diez minutos: /link { $code }
link-done = Tus cuentas están vinculadas. Juntas tienen { $count ->
    [one] un favorito
   *[other] { $count } favoritos
}.
person-unknown = No sé quién es { $name }. Elige a alguien de la lista de miembros o responde a uno de sus mensajes.
