command-identify = ¿Quién sale en la imagen? Cada cara marcada y con nombre, y de qué serie es
command-tag = Etiquetas para una imagen
command-caption = Una imagen en palabras, o un texto alternativo para ella
command-describe = Todo sobre una imagen: quién sale, etiquetas y descripción
option-pictures = La imagen; o responde a un mensaje que tenga una
option-whole = Nombrar la imagen entera, sin buscar caras
option-style = Cómo se escriben las etiquetas
option-length = Lo largo que es el texto
choice-chips = con puntuación
choice-prompt = prompt (comas)
choice-booru = booru (guiones bajos)
choice-short = corto
choice-long = largo
choice-alt = texto alternativo
menu-identify = ¿Quién es?
menu-tag = Etiquetas
menu-alt = Texto alternativo
picture-missing = Adjunta una imagen o responde a un mensaje que tenga una.
picture-unsafe = Esa imagen parece demasiado explícita para este lugar, así que no la comento.
picture-unsafe-channel = Esa imagen parece demasiado explícita para este lugar, así que no la comento. En un canal con restricción de edad de un servidor sí puedo verla.
picture-unsafe-server = Esa imagen parece demasiado explícita y este servidor no ha permitido imágenes así, por eso no la comento. Quien administra el servidor puede permitirlas en los canales con restricción de edad con /settings server adult:yes
picture-unsafe-person = Esa imagen parece demasiado explícita para tus propios ajustes, así que no la comento. Con /settings me adult:yes miro imágenes así para ti, aquí en este canal.
seen-heading = { $count ->
    [0] No encontré caras
    [one] Encontré una cara
   *[other] Encontré { $count } caras
}
seen-picture = Imagen { $number }
seen-nobody = Aquí no hay ninguna cara de anime. Si la hay, prueba con una imagen más grande o más nítida.
seen-whole = No encontré ninguna cara, así que esto es una suposición a partir de toda la imagen:
seen-unknown = Desconocido
seen-certain = { $percent } % de certeza
kind-female = mujer
kind-male = hombre
kind-other = ninguno de los dos
fact-series = Serie
fact-rating = Clasificación
fact-tags = Etiquetas
fact-characters = Personajes
fact-copyright = De
fact-caption = Descripción
fact-alt = Texto alternativo
tags-none = Ninguna etiqueta de la que esté seguro.
tags-none-nobody = No encontré ninguna cara dibujada ni ninguna etiqueta de la que esté seguro.
fact-look = Aspecto
picture-look = Imagen { $shape ->
    [wide] apaisada
    [tall] vertical
   *[square] casi cuadrada
} de { $width } × { $height } píxeles. Colores principales: { $colours }
button-more-like-these = Más como estas
button-guesses = Ver suposiciones
button-wrong = Está mal
button-alt = Texto alternativo
button-learn = Sí, recuérdalo
button-learn-not = No
guesses-heading = Mis suposiciones, de mejor a peor
which-favourite = ¿Qué serie quieres entre tus favoritas?
wrong-which = ¿Qué cara está mal?
wrong-who = ¿Quién es en realidad?
wrong-nobody = No tengo otra suposición. Enséñame con /character add, el nombre y una imagen de esa cara.
learn-cannot = Gracias. El modelo en uso no puede recordar caras sueltas, así que no puedo guardar que aquí sale { $name }.
learn-ask = ¿Recuerdo esta cara como { $name } en este servidor? Guardo números que describen la cara, no la imagen.
learn-ask-own = ¿Recuerdo esta cara como { $name } para ti? Guardo números que describen la cara, no la imagen.
learn-done = Recordada como { $name }.
learn-undone = Olvidada de nuevo.
learn-not-done = De acuerdo, no guardé nada.
length-wrong = Elige short, long o alt, no { $given }.
pictures-none = Ahí no hay imágenes. Indica archivos o carpetas que tengan alguna.
path-unreadable = No puedo leer { $file }. ¿Es correcta la ruta?
learn-known = Ya conozco esta cara como { $name }.
seen-unknown-number = Desconocido { $number }
seen-when = { $name }: { $first } – { $last }
seen-cut = Vi los primeros { $seconds } segundos.
metrics-port-taken = El puerto { $port } para las métricas está ocupado. Elige otro con OSUSUME_METRICS_PORT.
seen-perhaps = quizá { $name }
picture-watching = Mirando… { $percent } %
names-off = Ahora no puedo nombrar caras: el modelo para ello falta o está dañado. Quien administra puede verlo con: osusume models list
