training-config = El archivo { $file } no sirve como ajustes de entrenamiento: { $problem }.
training-classes = Hacen falta al menos dos clases con imágenes de las que aprender. Revisa la carpeta dada con --data.
weights-unreachable = No se pudieron descargar los pesos de ImageNet de { $name }. Conéctate a internet o da un archivo de pesos.
weights-unreadable = { $file } no se puede leer como pesos. Da un state_dict en .pth o .safetensors.
weights-unfit = Los pesos de { $file } son de otra red base: falta { $missing }.
distributed-alone = --distributed necesita varios procesos: inícialo con torchrun --nproc-per-node=N --no-python osusume train ...
distributed-budget = Con varios procesos no hay --budget: indica el número de pasos en el archivo dado con --config.
captioner-missing = No hay ningún modelo BLIP en { $path }. Da la carpeta que contiene su config.json y sus pesos.
classifier-broken = { $file } no es un clasificador que se pueda evaluar.
labels-needed = El archivo de etiquetas { $file } falta o está dañado. Va junto al modelo, o se da con --labels.
sheet-inside = { $path } quedaría dentro del proyecto, donde no van imágenes ajenas. Da a --sheet un lugar fuera de él.
sheet-unwritable = No se puede escribir { $path }. Revisa el lugar y que el nombre acabe en .png o .jpg.
training-tags = Ninguna imagen de { $path } tiene etiquetas que aprender o preguntar. Revisa la ruta y --format.
training-tags-few = Hacen falta al menos dos etiquetas con { $pictures } imágenes cada una. Da más imágenes o baja least_pictures con --config.
install-nothing = No hay ningún etiquetador entrenado en { $path }. Da la carpeta que escribió osusume train tagger.
install-name = { $given } no puede ser el nombre de un modelo. Usa letras minúsculas, cifras y guiones.
install-taken = Ya hay otro modelo llamado { $given }. Elige un nombre con --name.
install-unwritable = No se puede escribir en la carpeta de los modelos: { $problem }. Revisa sus permisos y el espacio en el disco.
