recommend-favourites = { $count ->
    [one] Por tu favorito:
   *[other] Elegido para ti según tus { $count } favoritos:
}
recommend-start = Todavía no tienes favoritos, así que aquí va un buen comienzo variado. Toca ★ en lo que te encante y voy aprendiendo.
recommend-based-on = Si te gusta { $titles }:
recommend-mood = Para “{ $mood }”:
recommend-with = Para ti y { $names }:
recommend-none = No queda nada que cumpla con todo eso. Prueba con menos filtros o con otro ambiente.

and-two = { $first } y { $second }
why-taste = Los fans de { $titles } también lo adoran.
why-taste-shared = Porque te gusta { $titles }: { $shared }; sus fans también lo adoran.
why-alike = Parecido a { $titles }.
why-alike-shared = Por { $titles }: { $shared }.
why-mood = Su historia encaja con lo que pides.
why-mood-shared = Encaja con lo que pides: { $shared }.
why-friend = Encaja con { $titles }.
why-popular = Muy querido, y un buen punto de partida.
why-popular-shared = Muy querido ({ $shared }), y un buen punto de partida.
pick-for = Pensado para { $names }.
button-expired = Ese botón ya caducó. Pregunta de nuevo y tendrás otros.
button-not-yours = Ese botón es de la respuesta de otra persona. Usa /recommend para tener la tuya.
pressed-already = Eso ya está hecho.

friend-empty = { $name } aún no tiene favoritos aquí. Puede añadirlos con /fav add.
compare-whom = Dime con quién te comparo: /compare with:@amigo
compare-heading = Tú y { $name }: { $percent } % de afinidad.
compare-shared = Favoritos de los dos: { $titles }
compare-mine = Tuyos, y a { $name } quizá le gusten: { $titles }
compare-theirs = De { $name }, y quizá te gusten: { $titles }
compare-both-like = Lo que comparten sus gustos: { $genres }
compare-you-more = A ti más que a { $name }: { $genres }
compare-they-more = A { $name } más que a ti: { $genres }
