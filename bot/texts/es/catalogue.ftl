import-reading = Leyendo
import-fetching = Descargando de AniList, { $count ->
    [one] una página hasta ahora
   *[other] { $count } páginas hasta ahora
}
import-writing = Escribiendo el catálogo
import-embedding = Codificando textos
import-done = { $read ->
    [one] Una fila leída
   *[other] { $read } filas leídas
}: { $added ->
    [one] un título añadido
   *[other] { $added } títulos añadidos
}, { $enriched ->
    [one] uno completado
   *[other] { $enriched } completados
}, { $unchanged } sin cambios, { $skipped ->
    [one] una fila omitida
   *[other] { $skipped } filas omitidas
}. El catálogo tiene { $titles ->
    [one] un título
   *[other] { $titles } títulos
}.
import-next = Los bots en marcha usarán el catálogo nuevo la próxima vez que arranquen. Con `osusume catalogue embed`, los títulos y textos nuevos cuentan en las búsquedas por ambiente e historia.
import-skipped = { $file }, fila en { $line }: { $sentence }
import-skipped-more = … y { $count } más como esta
embed-done = { $count ->
    [0] Todos los títulos ya estaban codificados.
    [one] Un título codificado. Los bots en marcha lo usarán la próxima vez que arranquen.
   *[other] { $count } títulos codificados. Los bots en marcha los usarán la próxima vez que arranquen.
}

import-row-id = falta el ID de MAL, un número del 1 al 9999999
import-row-title = falta el título
import-row-twice = el ID de MAL { $mal_id } ya apareció antes en este archivo; cuenta la primera fila
import-row-other-title = el ID de MAL { $mal_id } es “{ $title }” aquí y “{ $given }” en el archivo; ¿seguro que son ID de MAL?
import-row-no-mal-id = el título no tiene ID de MAL
import-row-bare = no se sabe nada más que el título “{ $title }”
import-row-commercial = “{ $title }” es un anuncio
import-row-json = no es un objeto JSON
import-row-csv = no es una fila de tabla (quizá falta una comilla)
import-row-columns = la fila tiene { $found } celdas y el encabezado { $expected }
import-row-encoding = la fila no está en UTF-8
import-row-long = la línea pasa de un megabyte

import-unreadable = No puedo leer { $file }. ¿La ruta es correcta y tengo permiso de lectura?
import-unwritable = No puedo escribir el catálogo nuevo ({ $reason }). Se sigue usando el anterior. ¿Hay espacio en el disco y permiso para escribir en la carpeta de datos?
import-zip = { $file } es un archivo zip. Descomprímelo e importa los archivos que contiene.
import-cut = { $file } está dañado o incompleto. No se cambió nada; consigue el archivo otra vez.
import-format-unknown = No conozco el formato de { $file }. Indícalo con --format: { $formats }.
import-columns = La tabla necesita una columna de ID de MAL y otra de títulos. Indícalas: --map mal_id=COLUMNA,title=COLUMNA. Sus columnas: { $columns }
import-map-wrong = No entiendo “{ $given }”. Escribe --map title=Nombre,mal_id=Id.
import-map-field = No existe el campo “{ $field }”. Campos: { $fields }
import-map-column = No existe la columna “{ $column }”. Columnas: { $columns }
import-date-wrong = “{ $given }” no es una fecha. Escríbela así: 2026-01-31.
import-busy = Ya hay otra importación en curso. Inténtalo cuando termine.
anilist-unreachable = AniList no responde bien ({ $reason }). Lo descargado hasta ahora se conserva: repite el comando hoy y seguirá desde ahí.
anilist-refused = AniList rechazó la consulta: { $reason }

catalogue-missing = Falta el archivo del catálogo { $file }.
catalogue-broken = El archivo del catálogo { $file } está dañado ({ $reason }). Si es el importado en la carpeta de datos, bórralo e importa de nuevo.
catalogue-version = El archivo del catálogo { $file } es de otra versión. Si es el importado en la carpeta de datos, bórralo e importa de nuevo.
