database-busy = La base de datos está ocupada. Inténtalo de nuevo en un momento.
database-corrupt = La base de datos { $file } está dañada y no se tocó. Restaura una copia, o mueve el archivo a otro sitio para empezar de cero.
database-foreign = { $file } no es una base de datos de este bot y no se tocó. Apunta OSUSUME_HOME a otro lugar o mueve el archivo.
database-newer = { $file } es de una versión más nueva de este bot y no se tocó. Actualiza el bot.
database-readonly = No se puede escribir en { $file }. Revisa los permisos de la carpeta indicada en OSUSUME_HOME.
database-unreachable = { $file } no se puede abrir como base de datos. Revisa OSUSUME_HOME y OSUSUME_DATABASE_URL.
disk-full = El disco está lleno: no se puede guardar nada más hasta que haya espacio.
backup-elsewhere = Desde aquí solo se hacen copias de bases SQLite; usa las herramientas de tu servidor de base de datos.
backup-onto-itself = { $file } es la propia base de datos. Indica otro archivo para la copia.
backup-failed = No se pudo escribir la copia { $file }: { $problem }

taste-broken = El archivo aprendido { $path } falta o está dañado. Descárgalo otra vez con el código, o pon OSUSUME_RECOMMENDER=hybrid.
taste-version = El archivo aprendido { $path } es de otra versión. Descárgalo otra vez con el código, o pon OSUSUME_RECOMMENDER=hybrid.
vectors-missing = Faltan los vectores de texto { $path }, así que ahora no entiendo ambientes. Descarga el archivo otra vez con el código.
vectors-broken = Los vectores de texto { $path } están dañados, así que ahora no entiendo ambientes. Descarga el archivo otra vez con el código.
vectors-version = Los vectores de texto { $path } son de otra versión, así que ahora no entiendo ambientes. Descarga el archivo otra vez con el código.
lexicon-broken = El léxico de ambientes { $path } falta o está dañado. Descárgalo otra vez con el código.
encoder-missing = El codificador de texto { $name } no está instalado, así que ahora no entiendo ambientes.
