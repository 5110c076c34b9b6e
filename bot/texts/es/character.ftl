group-character = Personajes que este servidor me enseñó
command-character-add = Enseñar un personaje con imágenes de una sola cara
command-character-list = Los personajes enseñados aquí
command-character-remove = Olvidar un personaje o una de sus caras
command-character-info = Las caras de un personaje enseñado aquí
command-character-export = Todo lo enseñado aquí, en un archivo
command-character-log = Quién enseñó o quitó qué
command-character-erase = Olvidar todos los personajes enseñados aquí (pregunta antes)
option-name = El nombre del personaje
option-face = El número de la cara en cuestión
option-series = La serie de la que es
character-cannot = El modelo en uso no puede aprender caras sueltas. Quien administra puede elegir otro: osusume models use.
character-no-face = No encontré ninguna cara en esa imagen. Prueba con una más grande o más nítida.
character-many-faces = Veo { $count } caras. Di cuál con face: y su número (/identify los muestra), o envía una imagen con una sola.
character-face-number = No hay una cara número { $given }: veo { $count }.
character-added = { $count ->
    [one] Ahora conozco una cara más de { $name }.
   *[other] Ahora conozco { $count } caras más de { $name }.
}
character-known = Ya conozco esa misma cara de { $name }.
character-none = Aquí todavía no se ha enseñado a nadie. Con /character add, un nombre y una imagen de una cara aprendo.
character-listed = { $count ->
    [one] Un personaje enseñado aquí
   *[other] { $count } personajes enseñados aquí
}
character-line = { $name }: { $count ->
    [one] una cara
   *[other] { $count } caras
}
character-other-model = (algunas de otro modelo que el que está en uso)
character-removed = { $name } queda en el olvido ({ $count ->
    [one] una cara
   *[other] { $count } caras
}).
character-back = { $count ->
    [one] Ha vuelto una cara.
   *[other] Han vuelto { $count } caras.
}
character-exported = Todo lo enseñado aquí. Contiene números que describen caras, ninguna imagen.
character-erase-sure = ¿De verdad olvido todos los personajes enseñados aquí? No se puede deshacer.
character-erased = Olvidado: { $count ->
    [one] una cara
   *[other] { $count } caras
}.
character-log = Lo enseñado y quitado aquí, lo más nuevo primero
character-log-empty = Aquí todavía no se ha enseñado nada.
character-log-add = { $when }: { $who } enseñó { $name }
character-log-remove = { $when }: { $who } quitó { $name } ({ $count })
character-log-undo = { $when }: { $who } recuperó { $name } ({ $count })
privacy-art-posts = { $count ->
    [one] un mensaje tuyo en un canal de arte: su enlace, etiquetas y números, no la imagen
   *[other] { $count } mensajes tuyos en canales de arte: sus enlaces, etiquetas y números, no las imágenes
}
privacy-art-corrections = etiquetas que corregiste
privacy-art-ignored = que los moderadores no quieren que toque tus imágenes
privacy-art-opted-out = que no quieres que toque tus imágenes
