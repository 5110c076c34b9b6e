gallery-other-model = La galería «{ $gallery }» se hizo con { $model }, pero ahora mira las imágenes { $asked }. Vuelve a crear la galería o elige el otro modelo.
gallery-broken = La galería { $file } está dañada o es de otra versión, así que no nombro a nadie con ella. Vuelve a crearla.
gallery-missing = No encuentro la galería { $file }.
gallery-unwritable = No puedo escribir { $file }: { $problem }
gallery-unknown = No hay ninguna galería llamada «{ $name }». Hay estas: { $known }
gallery-name-wrong = «{ $name }» no sirve como nombre de galería: usa de 1 a 60 letras, cifras, puntos, guiones y guiones bajos, y ni «shipped» ni «server».
gallery-folder-missing = No existe la carpeta { $folder }. Necesito una con una carpeta de imágenes por personaje.
gallery-folder-empty = No encontré ninguna cara en { $folder }. Debe contener una carpeta de imágenes por personaje.
gallery-full = La galería de este servidor está llena: guarda { $most } caras como máximo. Quita antes alguna con /character remove.
character-name-wrong = Ese nombre de personaje no sirve: escribe hasta { $longest } caracteres, con al menos una letra o cifra.
character-unknown = Este servidor no tiene ningún personaje llamado «{ $name }». /character list los muestra todos.
face-unknown = { $name } no tiene ninguna cara con el número { $face }. /character info muestra los números.
privacy-gallery-faces = { $count ->
    [one] una cara que nombraste para un servidor, en números, sin la imagen
   *[other] { $count } caras que nombraste para servidores, en números, sin las imágenes
}
privacy-gallery-log = { $count ->
    [one] un cambio que hiciste en los personajes de un servidor
   *[other] { $count } cambios que hiciste en los personajes de servidores
}
checkpoint-pickled = { $file } es un objeto de Python entero, y cargarlo ejecutaría el código que lleve dentro. Pide a su autor un state_dict, mejor en .safetensors.
checkpoint-unreadable = No puedo leer { $file } como checkpoint. Debe ser un state_dict, en .safetensors o de torch.save.
checkpoint-unfit = { $file } no encaja con ninguna red que conozca: { $problem }
labels-missing = Falta { $file }. Sin la lista de nombres en el orden del entrenamiento, las respuestas de un clasificador no significan nada.
labels-unfit = { $file } tiene { $labels } nombres, pero el clasificador tiene { $classes } clases. No es la lista de su entrenamiento.
gallery-removed = La galería { $name } se ha borrado.
embedder-missing = El reconocedor en uso no hace vectores, así que no se puede hacer una galería con él. Elige otro: osusume models use recogniser faces.
