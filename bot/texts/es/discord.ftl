discord-token-wrong = Discord rechaza el token de OSUSUME_DISCORD_TOKEN. Cópialo de nuevo del portal de desarrolladores.
file-long = { $name } es demasiado grande. Puedo leer listas de hasta { $most } MB.
file-gone = No pude descargar { $name } de Discord. Adjúntalo otra vez, por favor.
file-too-large = { $name } supera lo que puedo subir aquí.
discord-unreachable = No se puede conectar con Discord ({ $problem }). Revisa la conexión de este equipo y arranca otra vez.
