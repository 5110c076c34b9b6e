group-artchannel = Channels that tag art by themselves
command-artchannel-enable = Tag and describe every picture posted in this channel
command-artchannel-disable = Stop tagging pictures in this channel
command-artchannel-status = Is this an art channel, and what is missing?
command-artchannel-settings = What this art channel's replies show
command-artchannel-ignore = Leave a member's pictures in this channel alone
command-artchannel-optout = Leave my pictures alone in every art channel
option-tags = Show tags
option-characters = Show the characters' names
option-caption = Show a short caption
option-alt = Show alt text
option-most = How many tags at most
option-threshold = How sure a tag must be, from 0 to 1
option-block = Tags never to show, joined by commas; - for none
option-member = Who
option-on = Yes or no
art-server-only = Art channels are for servers and groups. Say it in the channel itself.
art-lacking = I cannot tag pictures here yet. This is missing:
art-needs-message-content = Message content: switch on "Message Content Intent" for the bot in Discord's developer portal, set OSUSUME_DISCORD_MESSAGE_CONTENT=true and restart it.
art-needs-view = The permission "View Channel" here.
art-needs-send = The permission "Send Messages" here.
art-needs-embed = The permission "Embed Links" here.
art-needs-history = The permission "Read Message History" here.
art-needs-privacy-off = Telegram's privacy mode hides pictures from me: switch it off with @BotFather (/setprivacy), then add me to the group again; or make me an administrator.
art-needs-admin = In a Telegram channel I must be an administrator who may post messages.
art-enabled = Done. From now on I answer every picture posted here, quietly.
art-disabled = Done. Pictures posted here are left alone from now on, and what I kept of earlier ones is erased. I only remember which of my answers belongs to which message, so that it goes when the message is deleted.
art-was-off = This is no art channel, so there is nothing to switch off.
art-off-yet = This is no art channel yet. /artchannel enable makes it one.
art-is-on = This is an art channel. { $others ->
    [0] It is the only one here.
    [one] There is one more on this server.
   *[other] There are { $others } more on this server.
}
art-is-off = This is no art channel. { $others ->
    [0] There is none on this server.
    [one] There is one on this server.
   *[other] There are { $others } on this server.
}
art-most = At most { $count } tags, from { $percent } % certainty on
art-blocked = Never shown: { $tags }
art-ignored = Their pictures here are left alone from now on.
art-not-ignored = Their pictures here are tagged again.
art-opted-out = Your pictures are left alone in every art channel from now on.
art-opted-in = Your pictures are tagged again in art channels.
art-not-yours = Only who posted the picture and moderators can change its tags.
art-fix-which = Which tag is wrong?
art-add-which = What is missing?
art-remove = Not: { $tag }
art-added = Added: { $tag }
art-removed = Removed: { $tag }
button-fix-tags = Fix tags
button-add-tag = Add a tag
button-done = Done
tag-group-count = How many
tag-group-hair = Hair
tag-group-eyes = Eyes
tag-group-expression = Expression
tag-group-clothes = Clothes
tag-group-head = On the head
tag-group-pose = Pose
tag-group-background = Background
tag-group-framing = Framing
tag-group-objects = Things
setting-blocked = Tags never shown
discord-intent-refused = Discord refuses the message content: switch on "Message Content Intent" for the bot in the developer portal, or set OSUSUME_DISCORD_MESSAGE_CONTENT=false.
