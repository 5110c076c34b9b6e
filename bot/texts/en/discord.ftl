discord-token-wrong = Discord refuses the token in OSUSUME_DISCORD_TOKEN. Copy it anew from the developer portal.
file-long = { $name } is too large. Lists up to { $most } MB can be read.
file-gone = I could not fetch { $name } from Discord. Please attach it once more.
file-too-large = { $name } is larger than what I may upload here.
discord-unreachable = Discord cannot be reached ({ $problem }). Check this computer's connection and start again.
