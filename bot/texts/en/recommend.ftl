recommend-favourites = { $count ->
    [one] Because of your favourite:
   *[other] Picked for you from your { $count } favourites:
}
recommend-start = You have no favourites yet, so here is a good, varied start. Tap ★ on what you love, and I learn.
recommend-based-on = If you like { $titles }:
recommend-mood = For “{ $mood }”:
recommend-with = For you and { $names }:
recommend-none = Nothing left that fits all of that. Try fewer filters, or another mood.

and-two = { $first } and { $second }
why-taste = People who love { $titles } love this too.
why-taste-shared = Because you like { $titles }: { $shared }; loved by the same people.
why-alike = Close to { $titles }.
why-alike-shared = Because of { $titles }: { $shared }.
why-mood = Its story fits your words.
why-mood-shared = Fits your words: { $shared }.
why-friend = Fits { $titles }.
why-popular = Widely loved, and a good place to start.
why-popular-shared = Widely loved { $shared }, and a good place to start.
pick-for = A pick for { $names }.
button-expired = That button has expired. Ask again and you get fresh ones.
button-not-yours = That button belongs to somebody else's answer. Ask with /recommend to get your own.
pressed-already = Done already.

friend-empty = { $name } has no favourites here yet. They can add some with /fav add.
compare-whom = Tell me whom to compare you with: /compare with:@friend
compare-heading = You and { $name }: { $percent } % alike in taste.
compare-shared = You both love: { $titles }
compare-mine = Yours, and { $name } may like: { $titles }
compare-theirs = { $name }'s, and you may like: { $titles }
compare-both-like = You both go for: { $genres }
compare-you-more = You more than { $name }: { $genres }
compare-they-more = { $name } more than you: { $genres }
