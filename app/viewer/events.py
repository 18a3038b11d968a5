"""What a landing page tells about its visit: the wire format; it stores nothing.

`POST /v/{public_id}/events`, a body of at most MOST_BYTES as `text/plain` (so that
`navigator.sendBeacon(url, text)` sends it without asking first), answered 204:

    {"token": "<Landing.token>", "events": [[number, kind, at_ms, …], …]}

* `token`: as the page got it, one per load of the page. It holds who, which video and how long it
  is; nothing else in the request says so. It works for LIFE_S (page_tokens.py).
* `number`: 0, 1, 2 … below MOST_EVENTS, one for each event of this load of the page, never used
  twice for different things. What is sent again (a beacon that may not have arrived) counts once.
* `at_ms`: whole milliseconds since the page was opened, by the page's own clock
  (`performance.now()`); never a time of day.
* seconds of the video (`from_s`, `to_s`, `at_s`) are numbers with or without a fraction.

| event | when the page sends it |
|---|---|
| `[n, "view", at_ms]` | once: the page has been visible for a second |
| `[n, "play", at_ms, by_hand]` | the video begins to play; `by_hand` is 1 if somebody started it, 0 if it started by itself, muted |
| `[n, "unmute", at_ms]` | once: the sound is on, and the greeting starts again |
| `[n, "range", at_ms, from_s, to_s]` | that piece of the video was played without a jump, just now; sent at a pause, a jump, the end, and every ten seconds of playing. What is watched again is a range again |
| `[n, "pause", at_ms, at_s]` | the video was stopped there (not at its end) |
| `[n, "end", at_ms]` | the video came to its end |
| `[n, "action", at_ms, index]` | a call-to-action was clicked: its place in `Landing.actions`, from 0 |
| `[n, "shown", at_ms]` | the booking was opened: the calendar on the page, or the link to it |
| `[n, "booking", at_ms]` | a meeting was booked (Calendly's `calendly.event_scheduled`) |

Collect events and send them together: at the first `view`, every ten to fifteen seconds while there
are some, at once for `booking`, and at `visibilitychange` to hidden and `pagehide`. At most
MOST_AT_ONCE events in one request. No cookie and no storage is needed for any of it.

With `navigator.globalPrivacyControl`, or `navigator.doNotTrack` "1", send only `view` and
`booking`; the server keeps nothing else of such a visit, whatever is sent.

Answers: 204 taken (also when nothing of it was new), 400 unreadable, 403 not our token or too old
(stop sending), 413 too large, 429 too many (drop it), 503 try once more later. None has a body.
"""
