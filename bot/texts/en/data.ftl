database-busy = The database is busy right now. Please try again in a moment.
database-corrupt = The database { $file } is damaged, and was left as it is. Restore a backup, or move the file away to start anew.
database-foreign = { $file } is not a database of this bot, and was left as it is. Point OSUSUME_HOME elsewhere, or move the file away.
database-newer = { $file } was made by a newer version of this bot, and was left as it is. Update the bot.
database-readonly = { $file } cannot be written to. Check the permissions of the folder that OSUSUME_HOME names.
database-unreachable = { $file } cannot be opened as a database. Check OSUSUME_HOME and OSUSUME_DATABASE_URL.
disk-full = The disk is full: nothing more can be saved until there is room.
backup-elsewhere = Only SQLite databases are backed up from here; use your database server's own tools.
backup-onto-itself = { $file } is the database itself. Name another file for the backup.
backup-failed = The backup { $file } could not be written: { $problem }

taste-broken = The learned file { $path } is missing or damaged. Get it again with the code, or set OSUSUME_RECOMMENDER=hybrid.
taste-version = The learned file { $path } is of another version. Get it again with the code, or set OSUSUME_RECOMMENDER=hybrid.
vectors-missing = The text vectors { $path } are missing, so moods cannot be understood now. Get the file again with the code.
vectors-broken = The text vectors { $path } are damaged, so moods cannot be understood now. Get the file again with the code.
vectors-version = The text vectors { $path } are of another version, so moods cannot be understood now. Get the file again with the code.
lexicon-broken = The mood lexicon { $path } is missing or damaged. Get it again with the code.
encoder-missing = The text encoder { $name } is not installed, so moods cannot be understood now.
