model-missing = El modelo { $model } no está aquí, así que lo que lo necesita está apagado. Descárgalo con: osusume models pull { $model }
model-broken = El modelo { $model } está dañado, así que lo que lo necesita está apagado. Descárgalo de nuevo con: osusume models pull { $model } (o instálame otra vez, si vino conmigo).
model-unknown = No hay ningún modelo «{ $given }». Consulta: osusume models list
model-embedded = { $model } viene con Osusume: ni se descarga ni se elimina.
model-other-purpose = { $model } no sirve como { $purpose }. Es para: { $purposes }
model-not-pulled = { $model } aún no está aquí. Descárgalo primero con: osusume models pull { $model }
preset-unknown = No hay ningún preajuste «{ $given }». Elige uno de: { $presets }
manifest-unreadable = No se puede leer la lista de modelos, data/models/manifest.toml ({ $problem }). Vuelve a obtenerla con el código.
manifest-wrong = En la lista de modelos, data/models/manifest.toml, { $row } está mal en «{ $field }»: { $problem }
models-folder = No se puede usar la carpeta de modelos: { $problem }. Revisa la carpeta que indica OSUSUME_HOME.
torch-missing = Este modelo necesita más paquetes: instálalos con pip install -e '.[models]'

pull-busy = Ya hay otra descarga en curso. Inténtalo cuando termine.
pull-offline = Sin conexión: no se descargó nada. Faltan o están incompletos: { $models }
pull-disk = No hay espacio en el disco: se necesitan { $needed } MB y quedan { $free } MB.
pull-gated = { $model } solo se da a quien acepta sus condiciones en { $page }. Acéptalas allí y pon en OSUSUME_MODELS_TOKEN un token de acceso de esa cuenta.
pull-refused = El servidor no nos da { $model } (HTTP { $status }). Si hace falta una cuenta, define OSUSUME_MODELS_TOKEN.
pull-gone = { $host } ya no tiene { $model } tal como figura en la lista. Actualiza Osusume o elige otro modelo.
pull-failed = El servidor respondió a la petición de { $model } con HTTP { $status }. Inténtalo más tarde.
pull-limited = El servidor pide esperar { $seconds } segundos antes de { $model }. Inténtalo entonces; lo que ya llegó se conserva.
pull-redirects = El servidor redirige la petición de { $model } en círculos o a un lugar inseguro. Revisa OSUSUME_MODELS_ENDPOINT.
pull-unreachable = No se pudo descargar { $model }: la conexión falló varias veces seguidas ({ $problem }). Inténtalo de nuevo; lo que ya llegó se conserva.
pull-length = { $file } de { $model } no tiene la longitud de la lista, así que no se aceptó. Lo que había antes sigue igual.
pull-content = { $file } de { $model } no tiene el contenido de la lista, así que se desechó. Lo que había antes sigue igual.
pull-needs-yes = Aquí no se puede preguntar a nadie: añade --yes.
pull-sure = ¿Descargarlos ahora?
pull-free = Libre en este disco: { $size }
pull-done = { $count ->
    [0] Ya está todo aquí.
    [one] Un modelo descargado y comprobado.
   *[other] { $count } modelos descargados y comprobados.
}

models-use-now = El preajuste { $preset } se usa a partir del próximo arranque del bot.
models-use-hint = Úsalo con: osusume models use { $model }
models-use-what = Di qué usar: un preajuste ({ $presets }) o modelos por su nombre.
models-remove-sure = ¿Borrar { $models } del disco?
models-removed = { $size } liberados.
models-cost = { $disk } en disco, { $memory } en memoria (medido)
models-cost-unmeasured = { $disk } en disco; en memoria sin medir, al menos lo mismo
model-check-note =
    Comprobado por «sha256»: con la suma que figura en la lista. «primera descarga»: falta la de alguno de sus archivos; en
    la primera descarga se comprueban la longitud y la suma que da el servidor, y desde entonces se exige lo que llegó.
model-check-sha256 = sha256
model-check-first = primera descarga
model-state-embedded = incluido
model-state-pulled = descargado
model-state-partial = a medias
model-state-broken = dañado
model-state-missing = falta
model-built-in = incluido
model-composer = compositor de frases
model-off = apagado
model-lacking = (faltan o están dañados: { $models })
model-unequipped = (necesita más paquetes, pip install -e '.[{ $extra }]': { $models })
purpose-detector = detector
purpose-recogniser = reconocedor
purpose-tagger = etiquetador
purpose-captioner = descriptor
purpose-rating = clasificación
models-column-model = Modelo
models-column-purpose = Para
models-column-state = Estado
models-column-size = Tamaño
models-column-check = Comprobado por
models-column-licence = Licencia
models-column-used = En uso para
models-column-needs = Necesita
