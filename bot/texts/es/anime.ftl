fact-format = Formato
fact-aired = Emisión
fact-score = Puntuación
fact-genres = Géneros
fact-studio = Estudio
fact-episodes = { $count ->
    [one] 1 episodio
   *[other] { $count } episodios
}
fact-minutes = { $count } min
fact-members = { $count ->
    [one] 1 miembro
   *[other] { $count } miembros
}
season-winter = Invierno { $year }
season-spring = Primavera { $year }
season-summer = Verano { $year }
season-fall = Otoño { $year }

button-favourite = Favorito
button-favourited = En favoritos
button-seen = Ya lo vi
button-dismiss = No es para mí
button-more-like = Más como este
button-details = Detalles

details-start-here = ¿No conoces esta saga? Empieza por { $title }.
details-franchise = También de esta saga: { $titles }{ $more ->
    [0] {""}
   *[other] {" "}y { $more } más
}
which-one = ¿A cuál te refieres?
search-found = { $count ->
    [one] Encontré un anime. Tócalo para ver los detalles.
   *[other] Encontré { $count } anime. Toca uno para ver los detalles.
}
search-empty = Dime un título o al menos un filtro: /anime search title:Mushishi
search-none = Nada cumple con todo eso. Prueba con menos filtros.
season-listed = { $season }: { $count ->
    [one] un título
   *[other] { $count } títulos, los más conocidos primero
}.
season-none = { $season }: todavía no conozco ningún título.
title-unknown = No encontré ningún anime llamado “{ $name }”.{ $known ->
    [0] {" "}Revisa cómo está escrito o prueba con otro de sus nombres.
   *[other] {" "}Lo más parecido que conozco: { $nearest }.
}
filter-unknown = No conozco ningún género, tema ni estudio “{ $name }”. Lo más parecido: { $nearest }.
title-gone = Anime n.º { $mal_id }, ya no está en el catálogo
page-of = Página { $page } de { $pages }
