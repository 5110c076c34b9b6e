discord-token-wrong = Discord refuses the token in OSUSUME_DISCORD_TOKEN. Copy it anew from the developer portal.
file-long = { $name } is too large. Lists up to { $most } MB can be read.
