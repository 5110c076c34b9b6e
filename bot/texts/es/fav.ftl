fav-added = ★ { $title } ya está en tus favoritos.
fav-already = { $title } ya estaba en tus favoritos.
fav-removed = { $title } ya no está en tus favoritos.
fav-empty = Todavía no tienes favoritos. Añade uno con /fav add Mushishi.
fav-list-empty = Todavía no tienes favoritos. Añade uno con /fav add Mushishi o trae tu lista con /fav import.
fav-list = { $count ->
    [one] Tu favorito:
   *[other] Tus { $count } favoritos:
}
fav-not-among = No veo nada como “{ $name }” en tus favoritos. /fav list los muestra todos.
fav-clear-sure = { $count ->
    [one] ¿Seguro que quieres quitar tu único favorito?
   *[other] ¿Seguro que quieres quitar tus { $count } favoritos?
} Podrás deshacerlo durante una hora.
fav-cleared = { $count ->
    [one] Tu favorito ya no está.
   *[other] Tus { $count } favoritos ya no están.
} ¿Cambiaste de idea? Puedes deshacerlo durante una hora.
fav-back = { $count ->
    [one] Tu favorito está de vuelta.
   *[other] Tus { $count } favoritos están de vuelta.
}
fav-kept = De acuerdo, todo se queda como está.
button-undo = Deshacer
button-clear = Sí, vaciar
button-keep = No, dejarlo todo

list-nothing = Adjunta tu lista (XML de MyAnimeList, JSON de AniList, CSV o texto) o escribe títulos separados por “;”.
list-done = { $count ->
    [0] No reconocí nada en esa lista.
    [one] Reconocí un título de tu lista.
   *[other] Reconocí { $count } títulos de tu lista.
}
list-favourites = ★ Favoritos: { $count }
list-seen = Vistos: { $count }
list-dropped = Abandonados: { $count }
list-planned = Pendientes: { $count }
list-ambiguous = “{ $name }” puede ser: { $titles }
list-more-ambiguous = … y { $count } más que pueden ser varios títulos
list-unknown = No están en mi catálogo ({ $count }), pero los guardo para tus exportaciones: { $names }
list-skipped = Omitidos ({ $count }): { $reasons }
export-done = Aquí tienes tu lista. Puedes importarla de nuevo, aquí o en otro sitio.
marked-seen = { $title } queda como visto: no te lo volveré a recomendar.
marked-dismissed = { $title }: entendido, no es para ti.
list-too-large = Ese archivo pasa de { $megabytes } MB. Las listas ocupan menos; ¿es el archivo correcto?
list-too-many = Esa lista tiene más de { $most } títulos. Divídela e importa las partes.
list-empty = En esa lista no hay ningún título.
list-unreadable = No puedo leer ese archivo como lista. Leo XML de MyAnimeList, JSON de AniList o MyAnimeList, CSV y texto simple.
list-broken = Esa lista se corta o está dañada en la línea { $line }. No se cambió nada; expórtala de nuevo.
list-manga = Esa es una lista de manga. Yo solo sé de anime: exporta tu lista de anime.
list-row-empty = sin título
list-row-score = la puntuación no es un número del 1 al 10
list-row-status = no conozco ese estado
list-row-manga = un manga
list-row-repeated = el mismo título dos veces
list-row-heading = un encabezado
profile-full = Tu lista está llena: se guardan { $most } títulos como máximo.
score-range = La puntuación va de { $lowest } a { $highest }.
note-too-long = Esa nota es demasiado larga: usa menos de { $longest } caracteres.
undo-gone = Eso ya no se puede deshacer.
link-code-wrong = Ese código no es correcto o tiene más de diez minutos. Pide otro con /link.
link-code-own = Ese código es tuyo. Dámelo desde tu otra cuenta.
not-linked = Esta cuenta no está vinculada con ninguna otra.

fav-hidden = { $count ->
    [one] Un título para adultos no se muestra aquí.
   *[other] { $count } títulos para adultos no se muestran aquí.
}
