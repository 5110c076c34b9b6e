# La descripción compuesta de una imagen: frases enteras o sintagmas que entran en ellas.

caption-join = { $first } { $second }
caption-and = { $first } { $initial ->
    [i] e
    [hi] e
   *[other] y
} { $second }
caption-comma = { $first }, { $second }
caption-chain-and = { $first } { $initial ->
    [i] e
    [hi] e
   *[other] y
} { $second }
caption-chain-comma = { $first }, { $second }
caption-people-and = { $first }; { $second }
caption-people-comma = { $first }; { $second }
caption-name = { $name }
caption-several-start = Varios personajes
caption-several-inside = varios personajes
caption-person = { $who } con { $features }
caption-shown = { $what }.
caption-illustration = Ilustración de { $what }.
caption-illustration-plain = Una ilustración.
caption-nothing = Una imagen en la que no se reconoció ninguna cara dibujada.
caption-empty = Una ilustración sin personas.
caption-order = De izquierda a derecha: { $people }.
caption-among = En el grupo: { $people }.
caption-shared = Comparten { $features }.
caption-states = Aparece { $states }.
caption-wears = Lleva { $clothes }.
caption-clothes-seen = Entre la ropa hay { $clothes }.
caption-place = La escena transcurre { $places }.
caption-things = También se ve: { $things }.
caption-background = El fondo es { $colour }.
caption-background-simple = El fondo es liso.
caption-background-transparent = El fondo es transparente.
caption-tones = Los colores principales son { $colours }.
caption-tone = El color principal es el { $colours }.
caption-greyscale = Es en blanco y negro.
caption-monochrome = Es en tonos de un solo color.
caption-dark = La imagen es oscura.
caption-comic = Está dispuesta como un cómic.
caption-text = Contiene texto.
caption-speech = Tiene bocadillos de diálogo.

caption-framing-portrait = Se ve la cabeza y los hombros.
caption-framing-close-up = Se ve la cara en primer plano.
caption-framing-upper_body = Se ve la parte superior del cuerpo.
caption-framing-cowboy_shot = Se ve el cuerpo hasta los muslos.
caption-framing-full_body = Se ve el cuerpo entero.
caption-view-from_behind = La vista es desde atrás.
caption-view-from_above = La vista es desde arriba.
caption-view-from_below = La vista es desde abajo.
caption-view-from_side = La vista es de lado.
caption-view-profile = La cara se ve de perfil.

caption-hair = pelo { $shade }
caption-hair-long = pelo largo
caption-hair-short = pelo corto
caption-hair-medium = pelo de largo medio
caption-hair-very-long = pelo muy largo
caption-hair-long-shade = pelo largo { $shade }
caption-hair-short-shade = pelo corto { $shade }
caption-hair-medium-shade = pelo { $shade } de largo medio
caption-hair-very-long-shade = pelo muy largo { $shade }
caption-eyes = ojos { $shade }
caption-feature-multicolored_hair = pelo de varios colores
caption-feature-heterochromia = ojos de distinto color
caption-feature-ponytail = una coleta
caption-feature-twintails = dos coletas
caption-feature-braid = una trenza
caption-feature-twin_braids = dos trenzas
caption-feature-hair_bun = un moño
caption-feature-hair_ribbon = una cinta en el pelo
caption-feature-hair_flower = una flor en el pelo
caption-feature-animal_ears = orejas de animal
caption-feature-cat_ears = orejas de gato
caption-feature-fox_ears = orejas de zorro
caption-feature-rabbit_ears = orejas de conejo
caption-feature-dog_ears = orejas de perro
caption-feature-wolf_ears = orejas de lobo
caption-feature-pointy_ears = orejas puntiagudas
caption-feature-horns = cuernos
caption-feature-halo = una aureola
caption-feature-wings = alas
caption-feature-tail = una cola
caption-feature-beard = barba
caption-feature-eyepatch = un parche en el ojo

caption-state-smile = sonriendo
caption-state-grin = con una amplia sonrisa
caption-state-laughing = riendo
caption-state-blush = con rubor en las mejillas
caption-state-open_mouth = con la boca abierta
caption-state-closed_eyes = con los ojos cerrados
caption-state-one_eye_closed = con un ojo cerrado
caption-state-crying = llorando
caption-state-tears = con lágrimas en los ojos
caption-state-angry = con gesto de enfado
caption-state-surprised = con gesto de sorpresa
caption-state-expressionless = sin expresión en el rostro
caption-state-tongue_out = sacando la lengua
caption-state-looking_at_viewer = mirando al espectador
caption-state-looking_back = mirando hacia atrás
caption-state-looking_up = mirando hacia arriba
caption-state-looking_down = mirando hacia abajo
caption-state-sitting = en posición sentada
caption-state-standing = de pie
caption-state-lying = en posición tumbada
caption-state-kneeling = de rodillas
caption-state-squatting = en cuclillas
caption-state-walking = caminando
caption-state-running = corriendo
caption-state-jumping = saltando
caption-state-sleeping = durmiendo
caption-state-eating = comiendo
caption-state-reading = leyendo
caption-state-singing = cantando
caption-state-waving = saludando con la mano
caption-state-arms_up = con los brazos en alto

caption-clothes-school_uniform = un uniforme escolar
caption-clothes-military_uniform = un uniforme militar
caption-clothes-japanese_clothes = ropa tradicional japonesa
caption-clothes-kimono = un kimono
caption-clothes-chinese_clothes = ropa tradicional china
caption-clothes-maid = un uniforme de sirvienta
caption-clothes-dress = un vestido
caption-clothes-skirt = una falda
caption-clothes-shirt = una camisa
caption-clothes-sweater = un suéter
caption-clothes-hoodie = una sudadera con capucha
caption-clothes-jacket = una chaqueta
caption-clothes-coat = un abrigo
caption-clothes-cape = una capa
caption-clothes-apron = un delantal
caption-clothes-armor = una armadura
caption-clothes-suit = un traje
caption-clothes-swimsuit = un traje de baño
caption-clothes-pants = pantalones
caption-clothes-shorts = pantalones cortos
caption-clothes-glasses = gafas
caption-clothes-sunglasses = gafas de sol
caption-clothes-hat = un sombrero
caption-clothes-scarf = una bufanda
caption-clothes-gloves = guantes
caption-clothes-necktie = una corbata
caption-clothes-bowtie = una pajarita
caption-clothes-headphones = auriculares
caption-clothes-crown = una corona
caption-clothes-mask = una máscara
caption-clothes-earrings = pendientes
caption-clothes-necklace = un collar

caption-place-outdoors = al aire libre
caption-place-indoors = en un interior
caption-place-night = de noche
caption-place-day = de día
caption-place-sunset = al atardecer
caption-place-beach = en la playa
caption-place-forest = en un bosque
caption-place-classroom = en un aula
caption-place-bedroom = en un dormitorio
caption-place-library = en una biblioteca
caption-place-city = en una ciudad
caption-place-snowing = bajo la nieve
caption-place-rain = bajo la lluvia
caption-place-underwater = bajo el agua

caption-thing-flower = flores
caption-thing-cherry_blossoms = flores de cerezo
caption-thing-food = comida
caption-thing-cat = un gato
caption-thing-dog = un perro
caption-thing-bird = un pájaro
caption-thing-butterfly = una mariposa
caption-thing-fish = peces
caption-thing-horse = un caballo
caption-thing-dragon = un dragón
caption-thing-book = un libro
caption-thing-bag = un bolso
caption-thing-umbrella = un paraguas
caption-thing-instrument = un instrumento musical
caption-thing-microphone = un micrófono
caption-thing-camera = una cámara
caption-thing-phone = un teléfono
caption-thing-balloon = un globo
caption-thing-ball = una pelota
caption-thing-cup = una taza
caption-thing-sword = una espada
caption-thing-gun = un arma de fuego
caption-thing-weapon = un arma
caption-thing-robot = un robot
caption-thing-stuffed_toy = un peluche
caption-thing-tree = árboles
caption-thing-building = edificios
caption-thing-sky = el cielo
caption-thing-cloud = nubes
caption-thing-moon = la luna
caption-thing-ocean = el mar
caption-thing-water = agua
caption-thing-snow = nieve
caption-thing-fire = fuego
caption-thing-window = una ventana
caption-thing-chair = una silla
caption-thing-bed = una cama
caption-thing-table = una mesa
caption-thing-car = un coche

caption-hair-shade-aqua = aguamarina
caption-eye-shade-aqua = aguamarina
caption-colour-aqua = aguamarina
caption-hair-shade-black = negro
caption-eye-shade-black = negros
caption-colour-black = negro
caption-hair-shade-blonde = rubio
caption-eye-shade-blonde = dorados
caption-colour-blonde = dorado
caption-hair-shade-blue = azul
caption-eye-shade-blue = azules
caption-colour-blue = azul
caption-hair-shade-brown = castaño
caption-eye-shade-brown = castaños
caption-colour-brown = marrón
caption-hair-shade-green = verde
caption-eye-shade-green = verdes
caption-colour-green = verde
caption-hair-shade-grey = gris
caption-eye-shade-grey = grises
caption-colour-grey = gris
caption-hair-shade-light_blue = azul claro
caption-eye-shade-light_blue = azul claro
caption-colour-light_blue = azul claro
caption-hair-shade-light_brown = castaño claro
caption-eye-shade-light_brown = castaño claro
caption-colour-light_brown = marrón claro
caption-hair-shade-orange = naranja
caption-eye-shade-orange = naranjas
caption-colour-orange = naranja
caption-hair-shade-pink = rosa
caption-eye-shade-pink = rosas
caption-colour-pink = rosa
caption-hair-shade-purple = morado
caption-eye-shade-purple = morados
caption-colour-purple = morado
caption-hair-shade-red = rojo
caption-eye-shade-red = rojos
caption-colour-red = rojo
caption-hair-shade-white = blanco
caption-eye-shade-white = blancos
caption-colour-white = blanco
caption-hair-shade-yellow = amarillo
caption-eye-shade-yellow = amarillos
caption-colour-yellow = amarillo

caption-girl-start = { $count ->
    [1] Una chica
    [2] Dos chicas
    [3] Tres chicas
    [4] Cuatro chicas
    [5] Cinco chicas
    [6] Seis chicas
   *[other] { $count } chicas
}
caption-girl-inside = { $count ->
    [1] una chica
    [2] dos chicas
    [3] tres chicas
    [4] cuatro chicas
    [5] cinco chicas
    [6] seis chicas
   *[other] { $count } chicas
}
caption-boy-start = { $count ->
    [1] Un chico
    [2] Dos chicos
    [3] Tres chicos
    [4] Cuatro chicos
    [5] Cinco chicos
    [6] Seis chicos
   *[other] { $count } chicos
}
caption-boy-inside = { $count ->
    [1] un chico
    [2] dos chicos
    [3] tres chicos
    [4] cuatro chicos
    [5] cinco chicos
    [6] seis chicos
   *[other] { $count } chicos
}
caption-character-start = { $count ->
    [1] Un personaje
    [2] Dos personajes
    [3] Tres personajes
    [4] Cuatro personajes
    [5] Cinco personajes
    [6] Seis personajes
   *[other] { $count } personajes
}
caption-character-inside = { $count ->
    [1] un personaje
    [2] dos personajes
    [3] tres personajes
    [4] cuatro personajes
    [5] cinco personajes
    [6] seis personajes
   *[other] { $count } personajes
}
caption-more-characters = { $count ->
    [1] otro personaje
   *[other] otros { $count } personajes
}
