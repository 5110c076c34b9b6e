busy-ahead = I am busy: { $ahead ->
    [one] one picture is
   *[other] { $ahead } pictures are
} ahead of you. Please try again in a few minutes.
busy-yours = You already have { $waiting ->
    [one] one picture
   *[other] { $waiting } pictures
} waiting. Send the next one when they are answered.
deadline = I was too busy to get to this in time. Please try again in a few minutes.
closing = I am being restarted. Please send it again in a minute.
