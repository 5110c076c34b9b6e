terminal-welcome = Osusume. Prueba: /recommend · /fav add Mushishi · /anime search — los números pulsan botones, Ctrl-D sale.
web-ready = Osusume está listo: { $address }
    Tres cosas para probar ahí: /recommend · /recommend mood:"tranquilo, fantasmas, Japón rural" · /fav add Mushishi
file-unreadable = No puedo leer { $file }. ¿La ruta es correcta y es un archivo de texto?
case-wrong = La línea { $line } no es como se espera: un objeto JSON por línea, como {"{"}"case": "a", "favourites": [457]{"}"}.
ids-wrong = “{ $given }” no es un ID de MAL. Escribe números separados por comas: 457,1
id-unknown = En el catálogo no hay ningún anime con el ID de MAL { $mal_id }.
training-missing = El entrenamiento necesita más paquetes: instálalos con pip install -e '.[training]'
